"""活動記録: who was met where, what was heard, what was promised to whom until when. Sealed: it is about people."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from chiba_ward.directory.models import Area, Posting
from chiba_ward.sealed.fields import SealedTextField
from chiba_ward.sealed.rowkeys import SealedRowKey
from community.area_officers import triggers
from community.area_officers.enums import Occasion
from community.area_officers.models.assignment import AreaAssignment
from community.area_officers.querysets import PromiseQuerySet, VisitQuerySet
from community.area_officers.workflow.promise import PromiseWorkflow
from community.models import CommunityOrg


class AreaVisit(models.Model):
    """One entry, of the officer of the assignment. `entered_by` where a colleague typed it for him (C16).

    `issue` is what may become a 地域課題: noted here, read again at the hand-over and in the list.
    """

    id = SealedRowKey(primary_key=True)
    assignment = models.ForeignKey(
        AreaAssignment, models.PROTECT, verbose_name="地区と担当", related_name="visits"
    )
    entered_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="代わりに入力した職員", related_name="+"
    )
    on = models.DateField("日")
    at = models.TimeField("時刻", null=True, blank=True)
    occasion = models.CharField("どんな機会", max_length=12, choices=Occasion)
    meeting = SealedTextField("会合・場所", max_length=100, blank=True)
    people = SealedTextField("会った人", max_length=300, blank=True)
    heard = SealedTextField("聞いたこと", max_length=2000)
    issue = SealedTextField("地域課題になりそうなこと", max_length=500, blank=True)
    next_step = SealedTextField("つぎにすること", max_length=500, blank=True)
    next_on = models.DateField("つぎの日", null=True, blank=True)
    noted_at = models.DateTimeField("入力した日時", default=timezone.now)
    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "活動記録"
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(heard__filled=True),
                name="visit_tells_something",
                violation_error_message="聞いたことを入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(next_on__isnull=True) | Q(next_on__gte=F("on")),
                name="visit_next_is_later",
                violation_error_message="つぎの日は、この記録の日か、そのあとの日にしてください。",
            ),
        ]
        indexes = [
            models.Index(fields=["assignment", "-on"], name="visit_of_assignment"),
            models.Index(fields=["-on", "-id"], name="visit_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.get_occasion_display()}"


class AreaPromise(PromiseWorkflow):
    """約束 to residents of a district. `assignment`: in whose time it is to be kept; None while a 引継書 is not received.

    One that was handed on stays, and goes on in the row that names it in `handed_from`.
    """

    id = SealedRowKey(primary_key=True)
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="地区", related_name="+")
    assignment = models.ForeignKey(
        AreaAssignment,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="だれの担当の間か",
        related_name="promises",
    )
    visit = models.ForeignKey(
        AreaVisit,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="もとの活動記録",
        related_name="promises",
    )
    what = SealedTextField("約束したこと", max_length=300)
    org = models.ForeignKey(
        CommunityOrg, models.PROTECT, null=True, blank=True, verbose_name="相手の団体", related_name="+"
    )
    to_whom = SealedTextField("相手", max_length=100, blank=True)
    due_on = models.DateField("いつまで")
    made_by = models.ForeignKey(Posting, models.PROTECT, verbose_name="約束した職員", related_name="+")
    made_at = models.DateTimeField("入力した日時", default=timezone.now)
    entered_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="代わりに入力した職員", related_name="+"
    )
    reason = SealedTextField("守れなかった理由", max_length=500, blank=True)
    settled_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="区切りを付けた職員", related_name="+"
    )
    settled_at = models.DateTimeField("区切りを付けた日時", null=True, blank=True)
    hand_over = models.ForeignKey(
        "area_officers.HandOver",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="区切りを付けた引継書",
        related_name="promises",
    )
    handed_from = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, verbose_name="前の担当の約束", related_name="goes_on"
    )
    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "住民との約束"
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(what__filled=True),
                name="promise_says_what",
                violation_error_message="約束したことを入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(org__isnull=False) | Q(to_whom__filled=True),
                name="promise_to_somebody",
                violation_error_message="約束の相手を、団体から選ぶか入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(state="open", settled_by__isnull=True, settled_at__isnull=True)
                | (~Q(state="open") & Q(settled_by__isnull=False, settled_at__isnull=False)),
                name="promise_settled_by_name",
                violation_error_message="約束に区切りを付けた職員と日時の記録が必要です。",
            ),
            models.CheckConstraint(
                condition=~Q(state="could_not_keep") | Q(reason__filled=True),
                name="promise_failed_with_reason",
                violation_error_message="守れなかった理由を入力してください。",
            ),
            models.CheckConstraint(
                condition=~Q(state="handed_on") | Q(hand_over__isnull=False),
                name="promise_handed_on_in_a_paper",
                violation_error_message="約束を引き継ぐには、引継書が必要です。",
            ),
        ]
        indexes = [models.Index(fields=["area", "due_on"], condition=Q(state="open"), name="promise_owed")]
        triggers: ClassVar = [triggers.open_in_office]

    def __str__(self) -> str:
        return f"約束 {self.due_on}"

    @property
    def is_owed(self) -> bool:
        return bool(self.state == "open")
