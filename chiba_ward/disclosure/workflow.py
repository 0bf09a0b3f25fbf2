"""States of a restriction: it holds until one person has proposed and another confirmed. The methods change fields only;
`services` locks the row and writes the line in the same transaction."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django_fsm import FSMModelMixin, transition

from chiba_ward.disclosure.enums import HoldState
from chiba_ward.rows.states import StateField

if TYPE_CHECKING:
    from chiba_ward.directory.models import Posting


class NotPossible(Exception):
    """`message` is Japanese and says what to do; `field` names the field beside which it stands."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message, self.field = message, field


class HoldWorkflow(FSMModelMixin, models.Model):
    """登録 → 解除の提案 → 別の人の確認 → 解除. Nothing else leads out, no date and no list."""

    state = StateField("状態", max_length=10, choices=HoldState.choices, default=HoldState.HELD)

    class Meta:
        abstract = True

    @transition(state, source=HoldState.HELD, target=HoldState.CLEARING)
    def propose(self: Any, *, by: "Posting", at: dt.datetime) -> None:
        """解除の提案: one person, with a reason."""
        _write(self, proposed_by=by, proposed_user=by.person, proposed_at=at)

    @transition(state, source=HoldState.CLEARING, target=HoldState.HELD)
    def keep(self: Any) -> None:
        """Taken back, refused, or void by a new application."""
        _write(self, proposed_by=None, proposed_user=None, proposed_at=None)

    @transition(state, source=HoldState.CLEARING, target=HoldState.CLEARED)
    def clear(self: Any, *, by: "Posting", at: dt.datetime) -> None:
        """解除: another person than the one who proposed."""
        if by.person_id == self.proposed_user_id:
            raise NotPossible("解除を提案した人は、確認できません。別の人が確認してください。")
        _write(self, cleared_by=by, cleared_user=by.person, cleared_at=at)


def _write(hold: models.Model, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(hold, name, value)
