"""How an entry was checked, and the history of each entry and each 仲介: lines that nobody changes."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from chiba_ward.directory.models import Posting
from chiba_ward.sealed.fields import SealedTextField
from chiba_ward.sealed.rowkeys import SealedRowKey
from community.matching.enums import Line
from community.matching.models.listings import Need, Offer
from community.matching.models.master import CheckItem
from community.matching.models.match import Match


class ListingCheck(models.Model):
    """The answer to one question of the check, of the last time that it was asked."""

    need = models.ForeignKey(
        Need, models.CASCADE, null=True, blank=True, verbose_name="困りごと", related_name="checks"
    )
    offer = models.ForeignKey(
        Offer, models.CASCADE, null=True, blank=True, verbose_name="できること", related_name="checks"
    )
    item = models.ForeignKey(CheckItem, models.PROTECT, verbose_name="確かめること", related_name="+")
    is_ok = models.BooleanField("問題なし")
    checked_by = models.ForeignKey(Posting, models.PROTECT, verbose_name="確かめた職員", related_name="+")
    checked_at = models.DateTimeField("確かめた日時", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "確かめた結果"
        ordering = ["item", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(need__isnull=False, offer__isnull=True)
                | Q(need__isnull=True, offer__isnull=False),
                name="check_of_one_entry",
                violation_error_message="困りごとか、できることの、どちらか一つのものです。",
            ),
            models.UniqueConstraint(
                fields=["need", "offer", "item"],
                name="check_once_an_item",
                nulls_distinct=False,
                violation_error_message="この項目は、すでに確かめられています。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.is_ok}"


class MatchingLine(models.Model):
    """A day, who, what. `note` is in the words of staff or of an officer."""

    id = SealedRowKey(primary_key=True)
    need = models.ForeignKey(
        Need, models.CASCADE, null=True, blank=True, verbose_name="困りごと", related_name="lines"
    )
    offer = models.ForeignKey(
        Offer, models.CASCADE, null=True, blank=True, verbose_name="できること", related_name="lines"
    )
    match = models.ForeignKey(
        Match, models.CASCADE, null=True, blank=True, verbose_name="仲介", related_name="lines"
    )
    kind = models.CharField("できごと", max_length=12, choices=Line)
    on = models.DateField("日", default=timezone.localdate)
    note = SealedTextField("内容", max_length=1000, blank=True)
    by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="だれが", related_name="+"
    )
    at = models.DateTimeField("記録した日時", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "マッチングの履歴"
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(need__isnull=False, offer__isnull=True, match__isnull=True)
                | Q(need__isnull=True, offer__isnull=False, match__isnull=True)
                | Q(need__isnull=True, offer__isnull=True, match__isnull=False),
                name="line_of_one_thing",
                violation_error_message="困りごと・できること・仲介の、どれか一つの履歴です。",
            )
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}"
