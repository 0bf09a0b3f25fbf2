"""States of a decision. What was decided never changes: it is done, decided anew, or withdrawn."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django_fsm import FSMModelMixin, transition

from chiba_ward.rows.states import StateField
from regional_issues.meetings.enums import DecisionState

if TYPE_CHECKING:
    from chiba_ward.directory.models import Posting

S = DecisionState


class DecisionWorkflow(FSMModelMixin, models.Model):
    state = StateField("状態", max_length=10, choices=S.choices, default=S.OPEN)

    class Meta:
        abstract = True

    def _close(self: Any, by: "Posting", at: dt.datetime, text: str) -> None:
        self.closed_by, self.closed_at, self.result = by, at, text

    @transition(state, source=S.OPEN, target=S.DONE)
    def report(self, *, by: "Posting", at: dt.datetime, text: str) -> None:
        """完了を報告する: by the office in charge."""
        self._close(by, at, text)

    @transition(state, source=S.OPEN, target=S.CHANGED)
    def change(self, *, by: "Posting", at: dt.datetime, text: str) -> None:
        """決め直す: a further row takes its place, this one stays as it was decided."""
        self._close(by, at, text)

    @transition(state, source=S.OPEN, target=S.WITHDRAWN)
    def withdraw(self, *, by: "Posting", at: dt.datetime, text: str) -> None:
        """取りやめる, with the reason."""
        self._close(by, at, text)
