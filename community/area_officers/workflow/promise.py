"""States of a 約束 to residents. The methods change fields only."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django_fsm import FSMModelMixin, transition

from chiba_ward.rows.states import StateField
from community.area_officers.enums import PromiseState

if TYPE_CHECKING:
    from chiba_ward.directory.models import Posting

S = PromiseState


class PromiseWorkflow(FSMModelMixin, models.Model):
    """まだ → 守った, 守れなかった with the reason, or 引き継いだ: what is handed on goes on as an open promise of its own."""

    state = StateField("状態", max_length=16, choices=S.choices, default=S.OPEN)

    class Meta:
        abstract = True

    @transition(state, source=S.OPEN, target=S.KEPT)
    def keep(self: Any, *, by: "Posting", at: dt.datetime) -> None:
        """守った."""
        self.settled_by, self.settled_at = by, at

    @transition(state, source=S.OPEN, target=S.COULD_NOT_KEEP)
    def fail(self: Any, *, reason: str, by: "Posting", at: dt.datetime) -> None:
        """守れなかった, and why: the other side was told, or will be."""
        self.reason, self.settled_by, self.settled_at = reason, by, at

    @transition(state, source=S.OPEN, target=S.HANDED_ON)
    def hand_on(self: Any, *, by: "Posting", at: dt.datetime) -> None:
        """引き継いだ, with a 引継書."""
        self.settled_by, self.settled_at = by, at
