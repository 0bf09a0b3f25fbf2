"""States of a notice (DOMAIN App. B): received, handed over by telephone, its receipt confirmed, sealed.

The methods change fields only; `services` locks, asks the policy, writes timeline and clocks in the same transaction.
"""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django_fsm import FSMModelMixin, transition

from chiba_ward.rows.states import StateField
from consultations.protection.enums import NotificationState as S
from consultations.workflow.errors import Refused

if TYPE_CHECKING:
    from chiba_ward.directory.models import Posting


class NotificationWorkflow(FSMModelMixin, models.Model):
    """受付 → 電話で引き継いだ → 引継ぎ先の受領を確かめた → 終結."""

    state = StateField("状態", max_length=18, choices=S.choices, default=S.RECEIVED)

    class Meta:
        abstract = True

    @transition(state, source=S.RECEIVED, target=S.HANDED_OFF)
    def hand_off(self: Any, *, place: str, name: str, at: dt.datetime, by: "Posting") -> None:
        """電話で引き継いだ: to which office, to whom, when and by whom; none of it may be missing (C5)."""
        if not place or not name:
            raise Refused(
                "引き継いだ相手の機関と名前を入力してください。", "handed_name" if place else "handed_place"
            )
        self.handed_place, self.handed_name = place, name
        self.handed_at, self.handed_by = at, by

    @transition(state, source=S.HANDED_OFF, target=S.RECEIPT_CONFIRMED)
    def confirm_receipt(self: Any, *, name: str, at: dt.datetime, by: "Posting") -> None:
        """受領を確かめた: the other side said that it has taken the matter on."""
        if at < self.handed_at.replace(second=0, microsecond=0):  # people write down minutes
            raise Refused("受領を確かめた時刻は、引き継いだ時刻よりあとにしてください。", "receipt_at")
        self.receipt_name, self.receipt_at, self.receipt_by = name, at, by

    @transition(state, source=S.RECEIPT_CONFIRMED, target=S.SEALED)
    def seal(self: Any, *, lead: str, retained_until: dt.date, at: dt.datetime, by: "Posting") -> None:
        """終結: who goes on with it, and until when the record is kept; nothing is written any more."""
        if not lead:
            raise Refused("このあと主に支援する機関を入力してください。", "lead")
        self.lead, self.retained_until = lead, retained_until
        self.sealed_at, self.sealed_by = at, by
