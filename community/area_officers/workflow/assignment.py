"""States of a 地区担当. The methods change fields only; services lock, ask the policy and record."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django_fsm import FSMModelMixin, transition

from chiba_ward.rows.states import StateField
from community.area_officers.enums import AssignmentState

if TYPE_CHECKING:
    from community.area_officers.models import HandOver

S = AssignmentState


class AssignmentWorkflow(FSMModelMixin, models.Model):
    """担当中 → 引継ぎ待ち → 引継ぎ済み. Nothing ends without its 引継書 (DOMAIN §9, C13)."""

    state = StateField("状態", max_length=10, choices=S.choices, default=S.ACTIVE)

    class Meta:
        abstract = True

    @transition(state, source=S.ACTIVE, target=S.AWAITING)
    def await_hand_over(self: Any, *, until: dt.date) -> None:
        """終わる日が決まった: from that day on somebody else may have the district, and the 引継書 is owed."""
        self.until = until

    @transition(state, source=[S.ACTIVE, S.AWAITING], target=S.ENDED)
    def end(self: Any, *, hand_over: "HandOver", until: dt.date) -> None:
        """引継ぎ済み: the document is there, and no promise is left open."""
        self.hand_over, self.until = hand_over, until
