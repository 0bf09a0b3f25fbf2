"""A meeting of a ward, its standing members, whom it has called, and what was added to its minutes."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from chiba_ward.directory.models import Office, Posting, Ward
from chiba_ward.directory.models.base import Dated
from chiba_ward.ui.japanese_dates import fiscal_year_name
from regional_issues.meetings.enums import Answer, AnswerChannel, MeetingKind, Way
from regional_issues.meetings.querysets import MeetingQuerySet, StandingMemberQuerySet
from regional_issues.meetings.workflow.meeting import MeetingWorkflow

CALLED = ["called", "held", "minutes_drafted", "approved"]
HELD = CALLED[1:]
DRAFTED = HELD[1:]
RETENTION_YEARS = 5
"""How long minutes are kept where nobody has said otherwise; 要確認 against the city's 文書分類."""


FROZEN = """
IF EXISTS (
    SELECT 1 FROM ward_meetings_wardmeeting
    WHERE id = COALESCE(OLD.meeting_id, NEW.meeting_id) AND state = 'approved'
) THEN
    RAISE check_violation USING MESSAGE = 'approved minutes are only supplemented';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""


def frozen_with_meeting() -> pgtrigger.Trigger:
    """Rows that are part of the minutes: none comes, changes or goes once these are approved."""
    return pgtrigger.Trigger(
        name="approved_stays",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        func=FROZEN,
    )


def _iff(states: list[str], *fields: str) -> Q:
    """Each of `fields` is there in these states and in no other."""
    there = Q(**{f"{name}__isnull": False for name in fields})
    gone = Q(**{f"{name}__isnull": True for name in fields})
    return (Q(state__in=states) & there) | (~Q(state__in=states) & gone)


class WardMeeting(MeetingWorkflow):
    """One meeting. `number` counts per ward, kind and fiscal year (4/1–3/31, Asia/Tokyo, of the planned day)."""

    ward = models.ForeignKey(Ward, models.PROTECT, verbose_name="区", related_name="+")
    kind = models.CharField("会議", max_length=14, choices=MeetingKind)
    is_urgent = models.BooleanField("即応（臨時）", default=False)
    fiscal_year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveSmallIntegerField("回")
    starts_at = models.DateTimeField("開催する日時")
    place = models.CharField("場所", max_length=120)
    way = models.CharField("方式", max_length=8, choices=Way)
    office = models.ForeignKey(Office, models.PROTECT, verbose_name="招集する課", related_name="+")
    created_by = models.ForeignKey(Posting, models.PROTECT, verbose_name="準備した人", related_name="+")
    created_at = models.DateTimeField("準備した日時", default=timezone.now)
    called_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="招集した人", related_name="+"
    )
    called_at = models.DateTimeField("招集した日時", null=True, blank=True)
    held_at = models.DateTimeField("開催した日時", null=True, blank=True)
    drafted_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="会議録を書いた人", related_name="+"
    )
    drafted_at = models.DateTimeField("会議録を回した日時", null=True, blank=True)
    sent_back_reason = models.CharField("差し戻しの理由", max_length=300, blank=True)
    approved_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="確定した人", related_name="+"
    )
    approved_at = models.DateTimeField("確定した日時", null=True, blank=True)
    document_number = models.CharField("文書番号", max_length=60, blank=True)
    retention_years = models.PositiveSmallIntegerField("保存年限（年・要確認）", default=RETENTION_YEARS)
    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "調整会議"
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "kind", "fiscal_year", "number"],
                name="ward_meeting_numbered_once",
                violation_error_message="ほかの人が、同時に会議を作りました。もう一度押してください。",
            ),
            models.CheckConstraint(
                condition=_iff(CALLED, "called_at", "called_by"),
                name="ward_meeting_called_by_name",
                violation_error_message="招集した会議には、招集した人と日時の記録が必要です。",
            ),
            models.CheckConstraint(
                condition=_iff(HELD, "held_at"),
                name="ward_meeting_held_at_a_time",
                violation_error_message="開催した会議には、開催した日時の記録が必要です。",
            ),
            models.CheckConstraint(
                condition=_iff(DRAFTED, "drafted_at", "drafted_by"),
                name="ward_meeting_drafted_by_name",
                violation_error_message="会議録の案には、書いた人と日時の記録が必要です。",
            ),
            models.CheckConstraint(
                condition=_iff(["approved"], "approved_at", "approved_by")
                & (~Q(state="approved") | ~Q(document_number="")),
                name="ward_meeting_approved_with_number",
                violation_error_message="会議録の確定には、確定した所属長と文書番号が必要です。",
            ),
        ]
        indexes = [
            models.Index(fields=["ward", "-starts_at", "-id"], name="ward_meeting_newest"),
            models.Index(fields=["ward", "kind", "state"], name="ward_meeting_next"),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="approved_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__state="approved"),
                func="RAISE check_violation USING MESSAGE = 'approved minutes are only supplemented';",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ward} {self.label}"

    @property
    def label(self) -> str:
        """「令和8年度 第3回 区内調整会議（即応）」."""
        urgent = "（即応）" if self.is_urgent else ""
        return f"{fiscal_year_name(self.fiscal_year)} 第{self.number}回 {self.get_kind_display()}{urgent}"

    @property
    def is_outward(self) -> bool:
        return self.kind == MeetingKind.LIAISON


class StandingMember(Dated):
    """An office or outside organisation that belongs to one kind of meeting of a ward, for a time."""

    ward = models.ForeignKey(Ward, models.PROTECT, verbose_name="区", related_name="+")
    kind = models.CharField("会議", max_length=14, choices=MeetingKind)
    office = models.ForeignKey(Office, models.PROTECT, verbose_name="課・機関・団体", related_name="+")
    objects = StandingMemberQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "会議の構成員"
        ordering = ["ward", "kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "kind", "office"],
                condition=Q(valid_to__isnull=True),
                name="standing_member_once",
                violation_error_message="この課・機関は、すでに構成員です。",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="standing_member_ends_after_it_began",
                violation_error_message="終わる日は、始まる日より後にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return str(self.office)


class Invitation(models.Model):
    """Whom one meeting has called, what they answered, and whether they came."""

    meeting = models.ForeignKey(WardMeeting, models.PROTECT, verbose_name="会議", related_name="invitations")
    office = models.ForeignKey(Office, models.PROTECT, verbose_name="課・機関・団体", related_name="+")
    answer = models.CharField("返事", max_length=12, choices=Answer, blank=True)
    answered_at = models.DateTimeField("返事の日時", null=True, blank=True)
    answered_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="返事を入れた人", related_name="+"
    )
    channel = models.CharField("返事の方法", max_length=10, choices=AnswerChannel, blank=True)
    attended = models.BooleanField("出席した", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "会議の招集先"
        ordering = ["meeting", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "office"],
                name="invited_once",
                violation_error_message="この課・機関は、すでに招集先に入っています。",
            ),
            models.CheckConstraint(
                condition=(Q(answer="", channel="", answered_at__isnull=True, answered_by__isnull=True))
                | (~Q(answer="") & ~Q(channel="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="invitation_answered_by_name",
                violation_error_message="返事には、方法と、入れた人と日時の記録が必要です。",
            ),
        ]
        indexes = [models.Index(fields=["office", "meeting"], name="invitation_sees")]
        triggers: ClassVar = [frozen_with_meeting()]

    def __str__(self) -> str:
        return str(self.office)


class MinutesSupplement(models.Model):
    """追補: added after approval, in the name of whoever added it. Read like an item of its audience."""

    meeting = models.ForeignKey(WardMeeting, models.PROTECT, verbose_name="会議", related_name="supplements")
    is_internal = models.BooleanField("内部のみ", default=True)
    text = models.TextField("追補", max_length=2000)
    by = models.ForeignKey(Posting, models.PROTECT, verbose_name="追補した人", related_name="+")
    at = models.DateTimeField("日時", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "会議録の追補"
        ordering = ["meeting", "id"]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"追補 {self.pk}"
