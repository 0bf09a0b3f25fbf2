"""次第 and decisions. What an approved meeting has recorded stands still; a decision is never rewritten."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from chiba_ward.directory.models import Office, Posting
from regional_issues.meetings.enums import Audience, ItemKind, Outcome
from regional_issues.meetings.models.meeting import WardMeeting, frozen_with_meeting
from regional_issues.meetings.querysets import DecisionQuerySet, ItemQuerySet
from regional_issues.meetings.workflow.decision import DecisionWorkflow
from regional_issues.models import LocalIssue

TOLD = (
    "OLD.text IS DISTINCT FROM NEW.text OR OLD.office_id IS DISTINCT FROM NEW.office_id "
    "OR OLD.due_on IS DISTINCT FROM NEW.due_on OR OLD.item_id IS DISTINCT FROM NEW.item_id"
)


class AgendaItem(models.Model):
    """One item. `overdue` is the decision that brought it here by itself (C19), `carried_from` the undecided item of
    the meeting before. `summary` is its part of the minutes."""

    meeting = models.ForeignKey(WardMeeting, models.PROTECT, verbose_name="会議", related_name="items")
    order = models.PositiveSmallIntegerField("順番")
    title = models.CharField("議題", max_length=200)
    kind = models.CharField("種別", max_length=10, choices=ItemKind)
    audience = models.CharField("見せる範囲", max_length=8, choices=Audience, default=Audience.INTERNAL)
    presenter = models.ForeignKey(Office, models.PROTECT, verbose_name="説明する課", related_name="+")
    overdue = models.ForeignKey(
        "ward_meetings.Decision", models.PROTECT, null=True, blank=True, verbose_name="期限を過ぎた決定",
        related_name="reminders",
    )  # fmt: skip
    issue = models.ForeignKey(
        LocalIssue, models.PROTECT, null=True, blank=True, verbose_name="地域課題", related_name="+"
    )
    carried_from = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="前の会議の議題",
        related_name="carried_to",
    )
    outcome = models.CharField("結果", max_length=10, choices=Outcome, blank=True)
    summary = models.TextField("要点", max_length=2000, blank=True)
    taken_off_reason = models.CharField("次第から外した理由", max_length=300, blank=True)
    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "会議の議題"
        ordering = ["meeting", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "issue"], name="issue_once_in_a_meeting"),
            models.UniqueConstraint(fields=["meeting", "overdue"], name="overdue_once_in_a_meeting"),
            models.UniqueConstraint(
                fields=["overdue"],
                condition=Q(outcome="", taken_off_reason=""),
                name="overdue_waits_in_one_meeting",
            ),
            models.CheckConstraint(
                condition=Q(taken_off_reason="") | Q(outcome=""),
                name="agenda_item_off_has_no_outcome",
                violation_error_message="次第から外した議題には、結果を付けられません。",
            ),
            models.CheckConstraint(
                condition=Q(overdue__isnull=True, carried_from__isnull=True)
                | Q(issue__isnull=True, carried_from__isnull=True)
                | Q(issue__isnull=True, overdue__isnull=True),
                name="agenda_item_comes_one_way",
            ),
        ]
        triggers: ClassVar = [frozen_with_meeting()]

    def __str__(self) -> str:
        return self.title


class Decision(DecisionWorkflow):
    """決定: what, who is in charge, by when. A changed one is followed by another that `replaces` it."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, verbose_name="議題", related_name="decisions")
    text = models.CharField("決まったこと", max_length=500)
    office = models.ForeignKey(Office, models.PROTECT, verbose_name="担当", related_name="+")
    due_on = models.DateField("報告の期限")
    by = models.ForeignKey(Posting, models.PROTECT, verbose_name="記録した人", related_name="+")
    at = models.DateTimeField("決定した日時", default=timezone.now)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, verbose_name="前の決定", related_name="replaced_by"
    )
    closed_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="報告した人", related_name="+"
    )
    closed_at = models.DateTimeField("報告した日時", null=True, blank=True)
    result = models.CharField("報告・理由", max_length=500, blank=True)
    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "会議の決定"
        ordering = ["item", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True, closed_by__isnull=True, result="")
                | (~Q(state="open") & Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(result="")),
                name="decision_closed_with_words",
                violation_error_message="報告の内容か理由を入力してください。",
            )
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(state="open"), name="decision_due"),
            models.Index(fields=["office", "due_on"], condition=Q(state="open"), name="decision_owed"),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="words_stay",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=f"IF {TOLD} THEN RAISE check_violation USING MESSAGE = 'a decision is never rewritten'; "
                "END IF; RETURN NEW;",
            ),
            pgtrigger.Protect(name="stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def office_name(self) -> str:
        """As it was called on the day of the decision: a record of March prints March's name."""
        return self.office.name_on(timezone.localtime(self.at).date())
