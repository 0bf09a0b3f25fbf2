"""States of an issue. The methods change fields only; services lock, ask the policy and record."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django_fsm import FSMModelMixin, transition

from chiba_ward.rows.states import StateField
from regional_issues.enums import IssueHorizon, IssueState

if TYPE_CHECKING:
    from chiba_ward.directory.models import Office

S = IssueState
LOOKED_AT = [S.ASSESSED, S.TABLED, S.IN_HAND, S.WATCHED]
OPEN = [S.REGISTERED, *LOOKED_AT, S.REQUESTED, S.PROJECTED]


class IssueWorkflow(FSMModelMixin, models.Model):
    """登録 → 一次評価 → 付議 → 対応・長期管理・区要望・自主企画 → 解決, or 対象外 with a reason (App. A4)."""

    state = StateField("状態", max_length=10, choices=S.choices, default=S.REGISTERED)

    class Meta:
        abstract = True

    @transition(state, source=S.REGISTERED, target=S.ASSESSED)
    def assess(self: Any, *, horizon: IssueHorizon, owner: "Office", next_on: dt.date) -> None:
        """一次評価: how soon, whose, and by when somebody looks again."""
        self.horizon, self.owner_office, self.next_on = horizon, owner, next_on

    @transition(state, source=[S.ASSESSED, S.IN_HAND, S.WATCHED], target=S.TABLED)
    def table(self: Any) -> None:
        """付議する: it stays undecided, and so on the next agenda, until a meeting decides."""

    @transition(state, source=[S.ASSESSED, S.TABLED, S.WATCHED], target=S.IN_HAND)
    def take_in_hand(self: Any, *, owner: "Office", next_on: dt.date) -> None:
        self.owner_office, self.next_on = owner, next_on

    @transition(state, source=[S.ASSESSED, S.TABLED, S.IN_HAND, S.REQUESTED, S.PROJECTED], target=S.WATCHED)
    def watch(self: Any, *, next_on: dt.date) -> None:
        """長期管理: also where a request or a project has come to nothing."""
        self.horizon, self.next_on = IssueHorizon.LONG_TERM, next_on

    @transition(state, source=LOOKED_AT, target=S.REQUESTED)
    def turn_into_request(self: Any) -> None:
        """区要望へ: the request now carries it; the owner and the next date remain."""

    @transition(state, source=LOOKED_AT, target=S.PROJECTED)
    def turn_into_project(self: Any) -> None:
        """自主企画へ."""

    @transition(state, source=[S.ASSESSED, *LOOKED_AT[1:], S.REQUESTED, S.PROJECTED], target=S.RESOLVED)
    def resolve(self: Any, *, at: dt.datetime, outcome: str) -> None:
        self.closed_at, self.outcome, self.next_on = at, outcome, None

    @transition(state, source=OPEN, target=S.DROPPED)
    def drop(self: Any, *, at: dt.datetime, outcome: str) -> None:
        """対象外 with the reason, which whoever said it may read."""
        self.closed_at, self.outcome, self.next_on = at, outcome, None
