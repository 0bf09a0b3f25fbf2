"""サポートプラン: made with the person, handed to them, looked at again."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from chiba_ward.directory.models import Posting
from chiba_ward.sealed.fields import SealedTextField
from chiba_ward.sealed.rowkeys import SealedRowKey
from consultations.centre.models.entry import ProgressEntry
from consultations.centre.querysets import ChildPlanQuerySet
from consultations.centre.workflow.plan import PlanWorkflow
from consultations.models import Party

NOT_HANDED = Q(handed_on__isnull=True, handed_by__isnull=True)
HANDED = Q(handed_on__isnull=False, handed_by__isnull=False)
NOT_ENDED = Q(ended_at__isnull=True, ended_by__isnull=True)
ENDED = Q(ended_at__isnull=False, ended_by__isnull=False)


class ChildSupportPlan(PlanWorkflow):
    """児童福祉法10条1項4号・母子保健法22条 (DOMAIN §5 1-2 a; articles 要確認).

    `made_with` is emptied where whoever spoke turns out to be the notifier, who is set apart (児童虐待防止法7条).
    """

    id = SealedRowKey(primary_key=True)
    entry = models.ForeignKey(ProgressEntry, models.PROTECT, related_name="plans")
    sequence = models.PositiveSmallIntegerField("この台帳で何番目のプランか")
    made_with = models.ForeignKey(
        Party, models.SET_NULL, null=True, blank=True, verbose_name="いっしょに作った人", related_name="+"
    )
    wish = SealedTextField("本人の意向", max_length=1000)
    issues = SealedTextField("課題", max_length=1000)
    support = SealedTextField("支援の内容", max_length=2000)
    starts_on = models.DateField("期間のはじめ")
    ends_on = models.DateField("期間のおわり")
    evaluate_on = models.DateField("評価日")
    written_by = models.ForeignKey(Posting, models.PROTECT, verbose_name="作成した職員", related_name="+")
    written_at = models.DateTimeField("作成", default=timezone.now)
    handed_on = models.DateField("本人に渡した日", null=True, blank=True)
    handed_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="渡した職員", related_name="+"
    )
    ended_at = models.DateTimeField("終えた日時", null=True, blank=True)
    ended_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="終えた職員", related_name="+"
    )
    ended_note = SealedTextField("終えた理由・結果", max_length=500, blank=True)
    objects = ChildPlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "サポートプラン"
        ordering = ["entry", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "sequence"], name="child_plan_sequence_unique"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="child_plan_ends_after_start",
                violation_error_message="期間のおわりは、期間のはじめより後にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(evaluate_on__gte=F("starts_on")),
                name="child_plan_evaluated_after_start",
                violation_error_message="評価日は、期間のはじめより後にしてください。",
            ),
            models.CheckConstraint(
                condition=(Q(state="drafted") & NOT_HANDED)
                | (Q(state="handed") & HANDED)
                | (Q(state="ended") & (NOT_HANDED | HANDED)),
                name="child_plan_handed_on_a_day",
                violation_error_message="本人に渡したプランには、渡した日と渡した人の記録が必要です。",
            ),
            models.CheckConstraint(
                condition=(~Q(state="ended") & NOT_ENDED)
                | (Q(state="ended", ended_note__filled=True) & ENDED),
                name="child_plan_ended_with_note",
                violation_error_message="プランを終えるには、理由・結果と、終えた人と日時の記録が必要です。",
            ),
        ]

    def __str__(self) -> str:
        return f"サポートプラン{self.sequence}"
