"""States of a support plan (DOMAIN App. B: plan_decided → monitoring → closed)."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django_fsm import FSMModelMixin, transition

from chiba_ward.rows.states import StateField
from consultations.support.enums import PlanState

if TYPE_CHECKING:
    from chiba_ward.directory.models import Office
    from consultations.support.models import Meeting

S = PlanState


class PlanWorkflow(FSMModelMixin, models.Model):
    """作成 → 決定・見守り → 終了."""

    state = StateField("状態", max_length=8, choices=S.choices, default=S.DRAFT)

    class Meta:
        abstract = True

    @transition(state, source=S.DRAFT, target=S.DECIDED)
    def decide(self: Any, *, meeting: "Meeting", monitor_on: dt.date, at: dt.datetime) -> None:
        """決定, in a 重層的支援会議 that was held; from now on its tasks lie with the offices."""
        self.meeting, self.monitor_on, self.decided_at = meeting, monitor_on, at

    @transition(state, source=S.DECIDED, target=S.DECIDED)
    def monitor(self: Any, *, next_on: dt.date) -> None:
        """見守りの確認をした: the next one has a date."""
        self.monitor_on = next_on

    @transition(state, source=S.DECIDED, target=S.CLOSED)
    def close(self: Any, *, lead: "Office", lead_name: str, note: str, at: dt.datetime) -> None:
        """終了: whoever goes on is named (PEERS J6)."""
        self.lead_office, self.lead_name, self.closing_note, self.closed_at = lead, lead_name, note, at
