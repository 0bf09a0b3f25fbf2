"""The locks of this module: the case first, then the meeting or the plan."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from chiba_ward.access.actor import Actor
from consultations.services import beside
from consultations.services.beside import MOVED_ON, locked_beside
from consultations.support.models import Meeting, SupportPlan

__all__ = ["MOVED_ON", "in_words", "locked_meeting", "locked_plan"]

# What the database refuses when somebody was faster, in words (the rule itself is written in migration 0002).
CONSENT = "対象者の同意がそろっていません。同意を記録するか、対象者から外してください。"
IN_WORDS = {
    "support_subject_consents": (CONSENT, "party"),
    "support_member_consents": ("この課・機関に話してよいという同意のない対象者がいます。", "office"),
    "subject_once_in_a_meeting": ("この人は、すでにこの会議の対象者です。", "party"),
    "person_once_in_a_plan": ("この人は、すでにこのプランの対象者です。", "party"),
}
in_words = partial(beside.in_words, IN_WORDS)


@contextmanager
def locked_meeting(pk: int, *, by: Actor, right: str = "support_meeting.prepare") -> Iterator[Meeting]:
    """One meeting with its case under row locks, in one transaction; saved at the end.

    Raises `Meeting.DoesNotExist` when `by` does not have the right, `Refused` when it has moved on.
    """
    with in_words(), locked_beside(Meeting, pk, by=by, right=right) as (meeting, case):
        meeting.consultation = case
        yield meeting


@contextmanager
def locked_plan(pk: int, *, by: Actor, right: str = "support_plan.write") -> Iterator[SupportPlan]:
    """The same for a plan. Raises `SupportPlan.DoesNotExist` or `Refused`."""
    with in_words(), locked_beside(SupportPlan, pk, by=by, right=right) as (plan, case):
        plan.consultation = case
        yield plan
