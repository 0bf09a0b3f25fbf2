"""States of a transfer between wards: asked → accepted by name, or returned, or withdrawn."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django_fsm import FSMModelMixin, transition

from chiba_ward.rows.states import StateField
from consultations.centre.enums import TransferState

if TYPE_CHECKING:
    from chiba_ward.directory.models import Posting

S = TransferState


class TransferWorkflow(FSMModelMixin, models.Model):
    """Each of the three ends is final; whoever asks again makes a new row."""

    state = StateField("状態", max_length=10, choices=S.choices, default=S.ASKED)

    class Meta:
        abstract = True

    @transition(state, source=S.ASKED, target=S.ACCEPTED)
    def accept(self: Any, *, by: "Posting", at: dt.datetime) -> None:
        """名前で受け入れる: from now on the receiving section is responsible."""
        self.accepted_by, self.accepted_at = by, at

    @transition(state, source=S.ASKED, target=S.RETURNED)
    def give_back(self: Any, *, reason: str, by: "Posting", at: dt.datetime) -> None:
        """返す, with the reason: nothing has moved."""
        self.returned_reason, self.returned_by, self.returned_at = reason, by, at

    @transition(state, source=S.ASKED, target=S.WITHDRAWN)
    def withdraw(self: Any, *, by: "Posting | None", at: dt.datetime) -> None:
        """取りやめる, by the sender; by nobody where the case moves into a compartment."""
        self.withdrawn_by, self.withdrawn_at = by, at
