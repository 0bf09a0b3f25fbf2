"""区民対話会: when and where it was held, and each opinion with what became of it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from chiba_ward.directory.models import Posting, Ward
from regional_issues.enums import DialogueState, OpinionFate
from regional_issues.models.issue import LocalIssue
from regional_issues.querysets import CitizenDialogueQuerySet, DialogueOpinionQuerySet
from regional_issues.workflow.dialogue import DialogueWorkflow

LINKED = [one.value for one in (OpinionFate.ISSUE, OpinionFate.REQUESTED, OpinionFate.PROJECTED)]


class CitizenDialogue(DialogueWorkflow):
    """`attendance` is a number, NULL where nobody counted; who came is not kept."""

    ward = models.ForeignKey(Ward, models.PROTECT, verbose_name="区", related_name="+")
    title = models.CharField("名称", max_length=80)
    theme = models.CharField("テーマ", max_length=120)
    held_on = models.DateField("開いた日")
    place = models.CharField("場所", max_length=80)
    attendance = models.PositiveIntegerField("参加した人数", null=True, blank=True)
    made_by = models.ForeignKey(Posting, models.PROTECT, verbose_name="入力した人", related_name="+")
    made_at = models.DateTimeField("入力した日時", default=timezone.now)
    published_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="公開した人", related_name="+"
    )
    published_at = models.DateTimeField("公開した日時", null=True, blank=True)
    objects = CitizenDialogueQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "区民対話会"
        ordering = ["-held_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state=DialogueState.PUBLISHED.value,
                    published_at__isnull=False,
                    published_by__isnull=False,
                )
                | Q(state=DialogueState.ENTERED.value, published_at__isnull=True, published_by__isnull=True),
                name="dialogue_published_by_name",
                violation_error_message="公開には、公開した人と日時の記録が必要です。",
            )
        ]
        indexes = [
            models.Index(fields=["ward", "-held_on", "-id"], name="dialogue_newest"),
            models.Index(fields=["-held_on", "-id"], condition=Q(state="published"), name="dialogue_public"),
        ]

    def __str__(self) -> str:
        return self.title


class DialogueOpinion(models.Model):
    """One opinion without names. `checked_at`: somebody has read that it names nobody; before that it is not public."""

    dialogue = models.ForeignKey(
        CitizenDialogue, models.PROTECT, verbose_name="区民対話会", related_name="opinions"
    )
    number = models.PositiveSmallIntegerField("番号")
    text = models.TextField("意見（名前は書かない）", max_length=1000)
    fate = models.CharField("どうなったか", max_length=10, choices=OpinionFate, default=OpinionFate.WAITING)
    fate_text = models.CharField("説明・理由", max_length=500, blank=True)
    issue = models.ForeignKey(
        LocalIssue, models.PROTECT, null=True, blank=True, verbose_name="地域課題", related_name="opinions"
    )
    checked_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="確かめた人", related_name="+"
    )
    checked_at = models.DateTimeField("確かめた日時", null=True, blank=True)
    objects = DialogueOpinionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "区民対話会の意見"
        ordering = ["dialogue", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue", "number"],
                name="dialogue_opinion_numbered_once",
                violation_error_message="ほかの人が、同時に意見を足しました。画面を開き直してください。",
            ),
            models.CheckConstraint(
                condition=Q(fate__in=LINKED, issue__isnull=False)
                | ~Q(fate__in=LINKED) & Q(issue__isnull=True),
                name="dialogue_opinion_leads_to_issue",
                violation_error_message="地域課題・区要望・自主企画へ進む意見には、地域課題が必要です。",
            ),
            models.CheckConstraint(
                condition=~Q(fate__in=["answered", "sent_on", "not_done"]) | ~Q(fate_text=""),
                name="dialogue_opinion_fate_in_words",
                violation_error_message="答えた内容、送った先、対応しない理由を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True, checked_by__isnull=True)
                | Q(checked_at__isnull=False, checked_by__isnull=False),
                name="dialogue_opinion_checked_by_name",
                violation_error_message="確かめた人と日時の記録が必要です。",
            ),
        ]
        indexes = [models.Index(fields=["issue"], name="dialogue_opinion_issue")]

    def __str__(self) -> str:
        return f"{self.number} {self.text[:20]}"
