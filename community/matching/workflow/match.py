"""States of a 仲介. The methods change fields only; services lock, ask the policy and record."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django_fsm import FSMModelMixin, transition

from chiba_ward.rows.states import StateField
from community.matching.enums import AGREED, LIVE, MatchState

if TYPE_CHECKING:
    from chiba_ward.directory.models import Posting
    from community.matching.models import FailureReason

S = MatchState


def both_said_yes(match: Any) -> bool:
    """Each side by its own word, or by telephone with who told it."""
    return {side for side, is_yes in match.answers.values_list("side", "is_yes") if is_yes} == {
        "need",
        "offer",
    }


class MatchWorkflow(FSMModelMixin, models.Model):
    """聞く → 両方が承諾 → 初回 → 試す → 成立 → 3か月後, or 不成立 with its reason."""

    state = StateField("状態", max_length=12, choices=S.choices, default=S.ASKED)

    class Meta:
        abstract = True

    @transition(state, source=S.ASKED, target=S.AGREED, conditions=[both_said_yes])
    def agree(self: Any, *, at: dt.datetime) -> None:
        """両方が承諾: only now does either learn how to reach the other."""
        self.agreed_at = at

    @transition(state, source=S.ASKED, target=S.CANCELLED)
    def cancel(self: Any, *, at: dt.datetime) -> None:
        """取り消し of what was begun by mistake; it counts nowhere."""
        self.ended_at = at

    @transition(state, source=[S.AGREED, S.ARRANGED], target=S.ARRANGED)
    def arrange(self: Any, *, on: dt.date, time: dt.time | None, place: str, present: "Posting") -> None:
        """初回の日・場所・同席する職員; arranged once more where the day is moved."""
        self.meeting_on, self.meeting_time, self.meeting_place, self.present = on, time, place, present

    @transition(state, source=S.ARRANGED, target=S.TRIAL)
    def meet(self: Any, *, on: dt.date) -> None:
        """会って試した, on the day that it really was."""
        self.met_on = on

    @transition(state, source=S.TRIAL, target=S.SUCCEEDED)
    def succeed(self: Any, *, outcome: str, on: dt.date, follow_up_on: dt.date) -> None:
        """成立, with what came of it and the day on which somebody asks again."""
        self.outcome, self.succeeded_on, self.follow_up_on = outcome, on, follow_up_on

    @transition(state, source=list(LIVE), target=S.FAILED)
    def fail(self: Any, *, failure: "FailureReason", note: str, at: dt.datetime) -> None:
        """不成立: the reason is kept."""
        self.failure, self.failure_note, self.ended_at = failure, note, at

    @transition(state, source=S.SUCCEEDED, target=S.CONTINUED)
    def go_on(self: Any, *, note: str, on: dt.date) -> None:
        self.follow_up_note, self.followed_up_on = note, on

    @transition(state, source=S.SUCCEEDED, target=S.FINISHED)
    def finish(self: Any, *, note: str, on: dt.date) -> None:
        self.follow_up_note, self.followed_up_on = note, on


MAY_FAIL = frozenset(LIVE)
MAY_ARRANGE = frozenset(AGREED) - {S.TRIAL}
