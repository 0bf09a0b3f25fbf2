"""States of a circular. The methods change fields only; services lock, ask the policy and record."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django_fsm import FSMModelMixin, transition

from chiba_ward.rows.states import StateField
from community.circulars.enums import CircularState

if TYPE_CHECKING:
    from chiba_ward.directory.models import Posting

S = CircularState


class CircularWorkflow(FSMModelMixin, models.Model):
    """書く → 掲載する → (訂正する) → 終わる, or 取り下げる. Nothing that was put up goes without a word."""

    state = StateField("状態", max_length=10, choices=S.choices, default=S.DRAFT)

    class Meta:
        abstract = True

    @transition(state, source=S.DRAFT, target=S.POSTED)
    def post(self: Any, *, by: "Posting", at: dt.datetime) -> None:
        """掲載する: the first version is what households read."""
        self.posted_by, self.posted_at, self.version = by, at, 1

    @transition(state, source=S.POSTED, target=S.POSTED)
    def correct(self: Any, *, title: str, body: str) -> None:
        """訂正する: a further version at the same address, with a notice that says what was wrong."""
        self.title, self.body, self.version = title, body, self.version + 1

    @transition(state, source=S.POSTED, target=S.RECALLED)
    def recall(self: Any, *, by: "Posting", at: dt.datetime, reason: str) -> None:
        """取り下げる: the address stays, with the reason and the day."""
        self.recalled_by, self.recalled_at, self.recalled_reason = by, at, reason

    @transition(state, source=S.POSTED, target=S.ENDED)
    def end(self: Any, *, at: dt.datetime) -> None:
        """掲載を終える: by its day, or earlier by hand; the ledger stands still from now on."""
        self.ended_at = at
