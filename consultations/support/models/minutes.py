"""会議録: a draft until the head approves it, then it never changes; what comes later is a supplement (A4)."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from chiba_ward.directory.models import Posting
from chiba_ward.sealed.fields import SealedTextField
from chiba_ward.sealed.rowkeys import SealedRowKey
from consultations.support.models.meeting import Meeting


class Minutes(models.Model):
    """要点と決定事項 of one meeting."""

    id = SealedRowKey(primary_key=True)
    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="minutes")
    points = SealedTextField("話し合いの要点", max_length=5000)
    decisions = SealedTextField("決まったこと", max_length=2000)
    written_by = models.ForeignKey(Posting, models.PROTECT, verbose_name="書いた職員", related_name="+")
    written_at = models.DateTimeField("書いた日時")
    approved_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="確定した所属長", related_name="+"
    )
    approved_at = models.DateTimeField("確定した日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "会議録"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="minutes_approved_by_somebody",
                violation_error_message="会議録の確定には、確定した所属長の記録が必要です。",
            )
        ]
        triggers: ClassVar = [
            # Not `Protect`: that would take the right to change a draft from the application's role as well.
            pgtrigger.Trigger(
                name="approved_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__approved_at__isnull=False),
                func="RAISE check_violation USING MESSAGE = 'approved minutes are only supplemented';",
            )
        ]

    def __str__(self) -> str:
        return f"会議録 {self.meeting_id}"


class MinutesSupplement(models.Model):
    """追補: added after approval, in the name of whoever added it."""

    id = SealedRowKey(primary_key=True)
    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="supplements")
    at = models.DateTimeField("日時")
    by = models.ForeignKey(Posting, models.PROTECT, verbose_name="追補した職員", related_name="+")
    text = SealedTextField("追補", max_length=2000)

    class Meta:
        verbose_name = verbose_name_plural = "会議録の追補"
        ordering = ["minutes", "id"]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"追補 {self.pk}"
