"""States of a meeting (DOMAIN App. B). The methods change fields only; services lock, ask the policy and record."""

import datetime as dt
from typing import Any

from django.db import models
from django_fsm import FSMModelMixin, transition

from chiba_ward.rows.states import StateField
from consultations.support.enums import MeetingState

S = MeetingState


class MeetingWorkflow(FSMModelMixin, models.Model):
    """準備 → 構成員確定 → 開催 → 会議録確定, with 構成員の決め直し and 中止."""

    state = StateField("状態", max_length=16, choices=S.choices, default=S.PLANNED)

    class Meta:
        abstract = True

    @transition(state, source=S.PLANNED, target=S.MEMBERS_FIXED)
    def fix(self: Any, *, at: dt.datetime, basis: str, duty: str) -> None:
        """構成員確定: from now on the members see the meeting; basis and duty stand as they read that day."""
        self.members_fixed_at, self.basis, self.duty = at, basis, duty

    @transition(state, source=S.MEMBERS_FIXED, target=S.PLANNED)
    def reopen(self: Any) -> None:
        """決め直し: nobody but the convener sees it until the members are fixed again."""
        self.members_fixed_at = None

    @transition(state, source=S.MEMBERS_FIXED, target=S.HELD)
    def hold(self: Any, *, at: dt.datetime) -> None:
        """開催した."""
        self.held_at = at

    @transition(state, source=S.HELD, target=S.MINUTES_APPROVED)
    def approve(self: Any, *, at: dt.datetime) -> None:
        """会議録確定 by the head: afterwards it is only supplemented (A4)."""
        self.approved_at = at

    @transition(state, source=[S.PLANNED, S.MEMBERS_FIXED], target=S.CANCELLED)
    def cancel(self: Any, *, at: dt.datetime) -> None:
        """中止: a meeting that was held is never cancelled."""
        self.cancelled_at = at
