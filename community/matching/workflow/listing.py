"""States of a 困りごと and of a できること. The methods change fields only; services lock, ask the policy and record."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django_fsm import FSMModelMixin, transition

from chiba_ward.rows.states import StateField
from community.matching.enums import ListingState

if TYPE_CHECKING:
    from chiba_ward.directory.models import Posting

S = ListingState


class ListingWorkflow(FSMModelMixin, models.Model):
    """書く → 提出 → 確かめる → 相手をさがす, or 差し戻し, 取り下げ, 期限切れ."""

    state = StateField("状態", max_length=12, choices=S.choices, default=S.DRAFT)

    class Meta:
        abstract = True

    @transition("state", source=[S.DRAFT, S.RETURNED], target=S.SUBMITTED)
    def submit(self: Any, *, at: dt.datetime) -> None:
        """提出: nobody has looked at this version yet."""
        self.submitted_at, self.decided_by, self.decided_at = at, None, None

    @transition("state", source=S.SUBMITTED, target=S.RETURNED)
    def give_back(self: Any, *, reason: str, by: "Posting", at: dt.datetime) -> None:
        """差し戻し, with what is to be put right."""
        self.returned_reason, self.decided_by, self.decided_at = reason, by, at

    @transition("state", source=S.SUBMITTED, target=S.OPEN)
    def open(self: Any, *, by: "Posting", at: dt.datetime) -> None:
        """確かめた: from now on it is proposed."""
        self.decided_by, self.decided_at = by, at

    @transition("state", source=[S.SUBMITTED, S.RETURNED, S.OPEN, S.DRAFT], target=S.WITHDRAWN)
    def withdraw(self: Any, *, reason: str, at: dt.datetime) -> None:
        """取り下げ; while somebody brokers, that has to end first."""
        self.ended_reason, self.ended_at, self.is_public = reason, at, False

    @transition("state", source=S.WITHDRAWN, target=S.SUBMITTED)
    def restore(self: Any, *, at: dt.datetime) -> None:
        """取り下げの取り消し: a section looks at it once more."""
        self.ended_reason, self.ended_at = "", None
        self.submitted_at, self.decided_by, self.decided_at = at, None, None

    @transition("state", source=S.OPEN, target=S.EXPIRED)
    def expire(self: Any, *, at: dt.datetime) -> None:
        """期限切れ: its last day has passed."""
        self.ended_at, self.is_public = at, False


class NeedWorkflow(ListingWorkflow):
    """A 困りごと is in one hand at a time: whoever brokers for it."""

    class Meta:
        abstract = True

    @transition("state", source=S.OPEN, target=S.BROKERED)
    def broker(self) -> None:
        """仲介: both sides are asked."""

    @transition("state", source=S.BROKERED, target=S.OPEN)
    def give_up(self) -> None:
        """不成立: it looks for somebody else."""

    @transition("state", source=S.BROKERED, target=S.MATCHED)
    def match(self: Any, *, at: dt.datetime) -> None:
        """成立."""
        self.ended_at, self.is_public = at, False
