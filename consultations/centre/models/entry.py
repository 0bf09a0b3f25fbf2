"""進行管理台帳: whom the ward's section looks after, who leads, and when it is looked at again."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from chiba_ward.directory.models import Office, Posting
from chiba_ward.sealed.fields import SealedTextField
from chiba_ward.sealed.rowkeys import SealedRowKey
from consultations.centre.enums import Category, EndReason
from consultations.centre.querysets import EntryQuerySet
from consultations.centre.workflow.entry import EntryWorkflow
from consultations.models import Consultation

OPEN = Q(state="open")


class ProgressEntry(EntryWorkflow):
    """One line of the ledger (DOMAIN §5 1-2 a). A consultation has one at a time; ended ones stay.

    `next_on` keeps its last day after the end: it was a promise, and lists sort by it.
    """

    id = SealedRowKey(primary_key=True)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="progress_entries")
    office = models.ForeignKey(Office, models.PROTECT, verbose_name="台帳を持つ課", related_name="+")
    category = models.CharField("区分", max_length=12, choices=Category)
    lead = models.ForeignKey(Office, models.PROTECT, verbose_name="主担当機関", related_name="+")
    next_on = models.DateField("次回評価日")
    registered_by = models.ForeignKey(Posting, models.PROTECT, verbose_name="載せた職員", related_name="+")
    registered_at = models.DateTimeField("載せた日時", default=timezone.now)
    ended_at = models.DateTimeField("外した日時", null=True, blank=True)
    ended_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="外した職員", related_name="+"
    )
    ended_reason = models.CharField("外した理由", max_length=12, choices=EndReason, blank=True)
    ended_note = SealedTextField("外した理由の説明", max_length=500, blank=True)
    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "進行管理台帳"
        ordering = ["next_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation"],
                condition=OPEN,
                name="entry_once_at_a_time",
                violation_error_message="この相談は、すでに進行管理台帳に載っています。",
            ),
            models.CheckConstraint(
                condition=(OPEN & Q(ended_at__isnull=True, ended_by__isnull=True, ended_reason=""))
                | (Q(state="ended", ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_reason="")),
                name="entry_ended_with_reason",
                violation_error_message="台帳から外すには、理由と、外した人と日時の記録が必要です。",
            ),
            models.CheckConstraint(
                condition=~Q(ended_reason="other") | Q(ended_note__filled=True),
                name="entry_other_reason_is_told",
                violation_error_message="「その他」で外すときは、理由の説明を入力してください。",
            ),
        ]
        indexes = [
            models.Index(fields=["office", "next_on", "id"], condition=OPEN, name="entry_ledger"),
            models.Index(fields=["office", "-next_on", "-id"], name="entry_of_office"),
        ]

    def __str__(self) -> str:
        return f"{self.consultation} {self.get_category_display()}"


class Evaluation(models.Model):
    """評価: what was found, the 区分 afterwards, and when next. A line is never changed; another look is another line."""

    id = SealedRowKey(primary_key=True)
    entry = models.ForeignKey(ProgressEntry, models.PROTECT, related_name="evaluations")
    on = models.DateField("評価した日")
    by = models.ForeignKey(Posting, models.PROTECT, verbose_name="評価を記録した職員", related_name="+")
    recorded_at = models.DateTimeField("記録した日時", default=timezone.now)
    finding = SealedTextField("見立て・確かめたこと", max_length=2000)
    category = models.CharField("評価のあとの区分", max_length=12, choices=Category)
    next_on = models.DateField("次回評価日")

    class Meta:
        verbose_name = verbose_name_plural = "評価"
        ordering = ["entry", "on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(next_on__gt=F("on")),
                name="evaluation_next_after_this",
                violation_error_message="次回評価日は、評価した日より後にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(finding__filled=True),
                name="evaluation_says_what_was_found",
                violation_error_message="見立て・確かめたことを入力してください。",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"評価 {self.pk}"
