"""引継書: what a district's officer leaves to the next one. An assignment does not end without it."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils import timezone

from chiba_ward.directory.models import Posting
from chiba_ward.sealed.fields import SealedTextField
from chiba_ward.sealed.rowkeys import SealedRowKey
from community.area_officers.models.assignment import AreaAssignment
from community.area_officers.querysets import HandOverQuerySet
from community.area_officers.workflow.hand_over import HandOverWorkflow


class HandOver(HandOverWorkflow):
    """Of one assignment. `entered_by` where somebody wrote it in the place of an officer who had left."""

    id = SealedRowKey(primary_key=True)
    assignment = models.OneToOneField(
        AreaAssignment, models.PROTECT, verbose_name="地区と担当", related_name="paper"
    )
    last_day = models.DateField("担当の終わり（この日から担当でない）", null=True, blank=True)
    people = SealedTextField("知っておく人", max_length=2000, blank=True)
    going_on = SealedTextField("いま動いていること", max_length=4000, blank=True)
    next_dates = SealedTextField("これからの予定", max_length=2000, blank=True)
    written_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="書いた職員", related_name="+"
    )
    entered_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="代わりに書いた職員", related_name="+"
    )
    begun_at = models.DateTimeField("書き始めた日時", default=timezone.now)
    submitted_at = models.DateTimeField("出した日時", null=True, blank=True)
    received_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="受領した職員", related_name="+"
    )
    received_at = models.DateTimeField("受領した日時", null=True, blank=True)
    objects = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "地域担当の引継書"
        ordering = ["-begun_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at__isnull=True)
                | (
                    Q(
                        state__in=["submitted", "received"],
                        submitted_at__isnull=False,
                        written_by__isnull=False,
                        last_day__isnull=False,
                    )
                    & Q(going_on__filled=True)
                ),
                name="hand_over_filed_whole",
                violation_error_message="引継書には、担当の終わりと、いま動いていることが必要です。",
            ),
            models.CheckConstraint(
                condition=Q(state="received", received_by__isnull=False, received_at__isnull=False)
                | Q(state__in=["draft", "submitted"], received_by__isnull=True, received_at__isnull=True),
                name="hand_over_received_by_name",
                violation_error_message="受領には、受け取った職員と日時の記録が必要です。",
            ),
        ]

    def __str__(self) -> str:
        return f"引継書 {self.number}"

    @property
    def number(self) -> str:
        """As it stands on paper."""
        return f"H-{self.pk:05}"

    @property
    def day(self) -> dt.date:
        return timezone.localtime(self.submitted_at or self.begun_at).date()
