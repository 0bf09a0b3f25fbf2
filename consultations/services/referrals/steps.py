"""Which step of which clock does what. Each runs once, in the transaction that marks it (DESIGN §2 rule 7)."""

from collections.abc import Callable

from chiba_ward.casework import deadlines
from chiba_ward.casework.models import Deadline
from consultations.models import Referral
from consultations.services.referrals import timers
from consultations.services.referrals.ending import return_unanswered

STEPS: dict[str, Callable[[Referral], None]] = {
    "remind": timers.remind,
    "remind_head": timers.remind_head,
    "escalate_general": timers.escalate_general,
}
KINDS = (timers.ANSWER, timers.CONTACT, timers.OUTCOME, timers.REDIRECT)


class UnknownStepError(LookupError):
    """A `StepRule` row names a step that nobody wrote."""


def run(deadline: Deadline, code: str) -> None:
    """Raises UnknownStepError; the deadline's key is the referral's id."""
    if code == "return_to_sender":
        return_unanswered(int(deadline.key))
        return
    if code not in STEPS:
        raise UnknownStepError(code)
    rows = Referral.objects.select_related("consultation__matter", "from_office", "to_office")
    STEPS[code](rows.get(pk=int(deadline.key)))


def register() -> None:
    for kind in KINDS:
        deadlines.register_step(kind, run)
