"""States of a 現況届. The methods change fields only; services lock, ask the policy and record."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django_fsm import FSMModelMixin, transition

from chiba_ward.rows.states import StateField
from community.enums import ReturnState

if TYPE_CHECKING:
    from chiba_ward.directory.models import Posting

S = ReturnState


class ReturnWorkflow(FSMModelMixin, models.Model):
    """書く → 提出 → 受理, or 差し戻し and 提出 once more."""

    state = StateField("状態", max_length=12, choices=S.choices, default=S.DRAFT)

    class Meta:
        abstract = True

    @transition(state, source=[S.DRAFT, S.RETURNED], target=S.SUBMITTED)
    def submit(self: Any, *, at: dt.datetime) -> None:
        """提出: nobody has judged this version yet; the reason of last time stays until it is accepted."""
        self.submitted_at, self.decided_by, self.decided_at = at, None, None

    @transition(state, source=S.SUBMITTED, target=S.RETURNED)
    def give_back(self: Any, *, reason: str, by: "Posting", at: dt.datetime) -> None:
        """差し戻し, with what is to be put right."""
        self.returned_reason, self.decided_by, self.decided_at = reason, by, at

    @transition(state, source=S.SUBMITTED, target=S.ACCEPTED)
    def accept(self: Any, *, by: "Posting", at: dt.datetime) -> None:
        """受理: from now on the register says what the association declared."""
        self.decided_by, self.decided_at = by, at
