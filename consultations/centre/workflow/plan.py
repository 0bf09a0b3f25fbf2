"""States of a サポートプラン: drafted → handed → ended. The methods change fields only."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django_fsm import FSMModelMixin, transition

from chiba_ward.rows.states import StateField
from consultations.centre.enums import PlanState

if TYPE_CHECKING:
    from chiba_ward.directory.models import Posting

S = PlanState


class PlanWorkflow(FSMModelMixin, models.Model):
    """作成 → 本人に渡す → 終了; a draft that nobody wants any more ends as well, it is not deleted."""

    state = StateField("状態", max_length=8, choices=S.choices, default=S.DRAFTED)

    class Meta:
        abstract = True

    @transition(state, source=S.DRAFTED, target=S.HANDED)
    def hand(self: Any, *, on: dt.date, by: "Posting") -> None:
        """本人に渡した: from now on it is what the person holds, and is not rewritten."""
        self.handed_on, self.handed_by = on, by

    @transition(state, source=[S.DRAFTED, S.HANDED], target=S.ENDED)
    def end(self: Any, *, note: str, by: "Posting", at: dt.datetime) -> None:
        """終えた, with how it went."""
        self.ended_note, self.ended_by, self.ended_at = note, by, at
