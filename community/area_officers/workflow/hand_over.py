"""States of a 引継書. The methods change fields only."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django_fsm import FSMModelMixin, transition

from chiba_ward.rows.states import StateField
from community.area_officers.enums import HandOverState

if TYPE_CHECKING:
    from chiba_ward.directory.models import Posting

S = HandOverState


class HandOverWorkflow(FSMModelMixin, models.Model):
    """書く → 出す → 受領. What was handed in is not written again."""

    state = StateField("状態", max_length=10, choices=S.choices, default=S.DRAFT)

    class Meta:
        abstract = True

    @transition(state, source=S.DRAFT, target=S.SUBMITTED)
    def submit(self: Any, *, by: "Posting", at: dt.datetime) -> None:
        """出す: the assignment ends with it."""
        self.written_by, self.submitted_at = by, at

    @transition(state, source=S.SUBMITTED, target=S.RECEIVED)
    def receive(self: Any, *, by: "Posting", at: dt.datetime) -> None:
        """受領: whoever has the district now has read it, and takes over the promises in it."""
        self.received_by, self.received_at = by, at
