"""States of a consultation (DOMAIN §5 1-1 b).

The methods change fields only. `consultations.services` locks the row, asks the policy, calls the method
and writes timeline, deadlines and outbox in the same transaction.
"""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django_fsm import FSMModelMixin, transition

from chiba_ward.rows.states import StateField
from consultations.enums import ApplyIntent, Outcome, State
from consultations.workflow.errors import Refused

if TYPE_CHECKING:
    from chiba_ward.directory.models import Office, Post, Posting

UNDER_WAY = [
    State.RECEIVED,
    State.TRIAGED,
    State.IN_PROGRESS,
    State.REFERRED,
    State.CONNECTED,
    State.MONITORING,
]
ENDED = [State.CLOSED, State.WITHDRAWN]
NOT_ENOUGH_FOR_INTENT = (Outcome.ADVISED, Outcome.OUT_OF_SCOPE)
REOPENABLE_FOR = dt.timedelta(days=30)


class CaseWorkflow(FSMModelMixin, models.Model):
    """受付 → 振り分け → 対応 / つなぎ → つながった → 見守り → 完了, with 取下げ and 再開."""

    state = StateField("状態", max_length=12, choices=State.choices, default=State.RECEIVED)

    class Meta:
        abstract = True

    @transition(state, source=[State.RECEIVED, State.TRIAGED, State.IN_PROGRESS], target=State.TRIAGED)
    def triage(self: Any, *, office: "Office", post: "Post | None" = None) -> None:
        """振り分け: a section (and perhaps a seat in it) becomes responsible. Nobody has taken it yet."""
        self.owner_office = self.desk_office = office
        self.owner_post = post
        self.assignee = None
        self.taken_at = None

    @transition(state, source=[State.RECEIVED, State.TRIAGED, State.IN_PROGRESS], target=State.IN_PROGRESS)
    def take(self: Any, *, posting: "Posting", at: dt.datetime) -> None:
        """担当になる: from now on a named person answers for it."""
        self.assignee = posting
        self.desk_office = posting.post.office
        self.owner_office = posting.post.office
        self.taken_at = self.taken_at or at

    @transition(state, source=UNDER_WAY, target=State.REFERRED)
    def refer(self: Any) -> None:
        """つなぎを送付した: the sender stays owner until a named person accepts (C2)."""

    @transition(state, source=[State.REFERRED, State.CONNECTED], target=State.IN_PROGRESS)
    def come_back(self: Any) -> None:
        """差し戻り: declined, recalled, revoked or unanswered; back on top of the sender's queue."""

    @transition(state, source=State.REFERRED, target=State.REFERRED)
    def hand_over(self: Any, *, office: "Office", is_house: bool) -> None:
        """受理された: the lead moves to the acceptor; an outside agency leaves the desk in the house."""
        self.owner_office = office
        if is_house:
            self.desk_office = office
            self.assignee = None
            self.owner_post = None

    @transition(state, source=[State.REFERRED, State.IN_PROGRESS], target=State.CONNECTED)
    def connect(self: Any) -> None:
        """つながった: the acceptor reached the person. Sending alone never counts."""

    @transition(state, source=[State.IN_PROGRESS, State.CONNECTED], target=State.MONITORING)
    def watch(self: Any) -> None:
        """見守り: nothing to do now, but a next look is promised."""

    @transition(state, source=[State.CONNECTED, State.MONITORING], target=State.IN_PROGRESS)
    def work_again(self: Any) -> None:
        """対応に戻す."""

    @transition(
        state,
        source=[State.TRIAGED, State.IN_PROGRESS, State.CONNECTED, State.MONITORING],
        target=State.CLOSED,
    )
    def close(self: Any, *, outcome: str, note: str, at: dt.datetime) -> None:
        """完了 with an outcome. An intention to apply is never closed as advice (生活保護法7条)."""
        if self.applies_intent == ApplyIntent.YES and outcome in NOT_ENOUGH_FOR_INTENT:
            raise Refused(
                "申請の意思がある相談です。申請の受付につないでから、完了にしてください。", "outcome"
            )
        if outcome == Outcome.OUT_OF_SCOPE and not note:
            raise Refused("対象外とする理由を入力してください。", "outcome_note")
        self.outcome, self.outcome_note, self.closed_at = outcome, note, at
        self.waiting_since = None

    @transition(state, source=UNDER_WAY, target=State.WITHDRAWN)
    def withdraw(self: Any, *, at: dt.datetime) -> None:
        """取下げ, by the person or for them."""
        self.closed_at = at
        self.waiting_since = None

    @transition(state, source=ENDED, target=State.IN_PROGRESS)
    def reopen(self: Any, *, at: dt.datetime) -> None:
        """再開 under the same number."""
        self.closed_at, self.reopened_at, self.outcome = None, at, ""
        self.joint_decision = self.single_reason = ""
