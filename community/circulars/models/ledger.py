"""The ledger of a circular: one row for each 班 that it reaches, each household that read, each turn of a paper 班."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from chiba_ward.casework.enums import Channel
from chiba_ward.directory.models import Posting
from community.circulars.enums import PaperAct
from community.circulars.models.circular import ECircular
from community.circulars.models.groups import CircularGroup, CircularKey, HouseholdSlot
from community.circulars.querysets import RecipientQuerySet
from community.models import CommunityOrg


class CircularRecipient(models.Model):
    """A 班 that a circular goes to, with its households as they were on that day. `paper`: those among them on paper.

    `closed_at`: the paper has gone round; all of them count as 紙 from then on."""

    circular = models.ForeignKey(ECircular, models.CASCADE, verbose_name="回覧", related_name="recipients")
    org = models.ForeignKey(CommunityOrg, models.PROTECT, verbose_name="団体", related_name="+")
    group = models.ForeignKey(CircularGroup, models.PROTECT, verbose_name="班", related_name="received")
    households = models.PositiveIntegerField("世帯数")
    paper = models.PositiveIntegerField("紙で受け取る世帯数")
    closed_at = models.DateTimeField("紙が回り終わった日時", null=True, blank=True)
    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "回覧が届く班"
        ordering = ["circular", "org", "group"]
        constraints = [
            models.UniqueConstraint(
                fields=["circular", "group"],
                name="recipient_once_a_circular",
                violation_error_message="この班には、すでに届いています。",
            ),
            models.CheckConstraint(
                condition=Q(households__gte=1, paper__lte=F("households")),
                name="recipient_paper_within_households",
                violation_error_message="紙の世帯は、班の世帯より多くできません。",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(paper__gte=1),
                name="recipient_closed_on_paper",
                violation_error_message="紙で受け取る世帯がない班です。",
            ),
        ]
        indexes = [models.Index(fields=["circular", "org", "group"], name="recipient_of_org")]

    def __str__(self) -> str:
        return str(self.group)


class CircularReading(models.Model):
    """A household has read: once, the first time, whichever member pressed the button. `version`: which text."""

    circular = models.ForeignKey(ECircular, models.CASCADE, verbose_name="回覧", related_name="+")
    recipient = models.ForeignKey(
        CircularRecipient, models.CASCADE, verbose_name="班", related_name="readings"
    )
    slot = models.ForeignKey(HouseholdSlot, models.PROTECT, verbose_name="世帯", related_name="+")
    version = models.PositiveSmallIntegerField("読んだ版")
    read_at = models.DateTimeField("はじめて読んだ日時", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "読んだ世帯"
        ordering = ["circular", "recipient", "slot"]
        constraints = [
            models.UniqueConstraint(
                fields=["circular", "slot"],
                name="reading_once_a_household",
                violation_error_message="この世帯は、すでに読んでいます。",
            )
        ]
        indexes = [models.Index(fields=["circular", "recipient"], name="reading_of_circular")]

    def __str__(self) -> str:
        return f"{self.circular_id}-{self.slot_id}"


class PaperClosing(models.Model):
    """A line of a paper 班: gone round, or put right again. By the 班長's key, by an officer, or by a call that a clerk
    entered: the same act, and who entered it stays (C16)."""

    recipient = models.ForeignKey(
        CircularRecipient, models.PROTECT, verbose_name="班", related_name="closings"
    )
    act = models.CharField("できごと", max_length=10, choices=PaperAct)
    channel = models.CharField("受付経路", max_length=12, choices=Channel)
    key = models.ForeignKey(
        CircularKey, models.PROTECT, null=True, blank=True, verbose_name="班長の鍵", related_name="+"
    )
    officer = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="団体の役員", related_name="+"
    )
    entered_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="代わりに入力した職員", related_name="+"
    )
    at = models.DateTimeField("日時", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "紙の回覧の記録"
        ordering = ["recipient", "at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel="web", key__isnull=False, officer__isnull=True, entered_by__isnull=True)
                | Q(channel="web", key__isnull=True, officer__isnull=False, entered_by__isnull=True)
                | (~Q(channel="web") & Q(key__isnull=True, officer__isnull=True, entered_by__isnull=False)),
                name="paper_closing_by_one",
                violation_error_message="だれの記録かが要ります。電話などで受けたものには、入力した職員の記録が必要です。",
            )
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.get_act_display()
