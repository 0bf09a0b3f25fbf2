"""States of a meeting. The methods change fields only; services lock, ask the policy and record."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django_fsm import FSMModelMixin, transition

from chiba_ward.rows.states import StateField
from regional_issues.meetings.enums import MeetingState

if TYPE_CHECKING:
    from chiba_ward.directory.models import Posting

S = MeetingState


class MeetingWorkflow(FSMModelMixin, models.Model):
    """準備 → 招集 → 開催 → 会議録の案 → 確定. After that only supplements are added."""

    state = StateField("状態", max_length=16, choices=S.choices, default=S.PLANNED)

    class Meta:
        abstract = True

    @transition(state, source=S.PLANNED, target=S.CALLED)
    def call(self: Any, *, by: "Posting", at: dt.datetime) -> None:
        """招集する: from this moment the time to the first decision is measured."""
        self.called_by, self.called_at = by, at

    @transition(state, source=S.CALLED, target=S.HELD)
    def hold(self: Any, *, at: dt.datetime) -> None:
        """開催を終える."""
        self.held_at = at

    @transition(state, source=S.HELD, target=S.DRAFTED)
    def draft(self: Any, *, by: "Posting", at: dt.datetime) -> None:
        """会議録の案を所属長に回す."""
        self.drafted_by, self.drafted_at = by, at

    @transition(state, source=S.DRAFTED, target=S.HELD)
    def send_back(self: Any, *, reason: str) -> None:
        """差し戻す: with what is to be written anew."""
        self.drafted_by, self.drafted_at, self.sent_back_reason = None, None, reason

    @transition(state, source=S.DRAFTED, target=S.APPROVED)
    def approve(self: Any, *, by: "Posting", at: dt.datetime, number: str) -> None:
        """確定する: the head of the section signs; the record of a public body begins here."""
        self.approved_by, self.approved_at, self.document_number = by, at, number
