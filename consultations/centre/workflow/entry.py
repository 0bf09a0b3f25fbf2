"""States of an entry of the 進行管理台帳. The methods change fields only; services lock, ask the policy and record."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django_fsm import FSMModelMixin, transition

from chiba_ward.rows.states import StateField
from consultations.centre.enums import EntryState

if TYPE_CHECKING:
    from chiba_ward.directory.models import Office, Posting

S = EntryState


class EntryWorkflow(FSMModelMixin, models.Model):
    """登録 → 評価 (again and again) → 終了; 移管 hands an open entry to another ward's section."""

    state = StateField("状態", max_length=8, choices=S.choices, default=S.OPEN)

    class Meta:
        abstract = True

    @transition(state, source=S.OPEN, target=S.OPEN)
    def evaluate(self: Any, *, category: str, next_on: dt.date) -> None:
        """評価した: the next one has a date."""
        self.category, self.next_on = category, next_on

    @transition(state, source=S.OPEN, target=S.OPEN)
    def name_lead(self: Any, *, lead: "Office") -> None:
        """主担当機関を替える."""
        self.lead = lead

    @transition(state, source=S.OPEN, target=S.OPEN)
    def hand_over(self: Any, *, office: "Office") -> None:
        """移管: section and, where it was the section's own, the lead; the next evaluation stays when it was due."""
        if self.lead_id == self.office_id:
            self.lead = office
        self.office = office

    @transition(state, source=S.OPEN, target=S.ENDED)
    def end(self: Any, *, reason: str, note: str, by: "Posting", at: dt.datetime) -> None:
        """台帳から外す."""
        self.ended_reason, self.ended_note, self.ended_by, self.ended_at = reason, note, by, at
