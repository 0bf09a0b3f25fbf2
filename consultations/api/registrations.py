"""What the consultations' refusals mean to a caller of the API, and which events they offer."""

from chiba_ward.api import problems
from chiba_ward.api.problems import Problem
from consultations.api import events, shapes
from consultations.models import ConsentGrant, Consultation, Referral
from consultations.services.base import MovedOn
from consultations.workflow.errors import Refused


def register() -> None:
    events.register()
    problems.register(Refused, _refused)
    problems.register(MovedOn, _moved_on)
    for model in (Consultation, Referral, ConsentGrant):
        problems.register(model.DoesNotExist, lambda error: Problem(404))


def _refused(error: Refused) -> Problem:
    """Beside a member where one is named; otherwise the state of things is against it."""
    if error.field:
        return problems.not_possible(error.message, f"/{error.field}")
    return Problem(409, error.message)


def _moved_on(error: MovedOn) -> Problem:
    text = "読んだあとに、相談が動いています。news を確かめ、もう一度読んでから送ってください。"
    return Problem(412, text, more={"news": shapes.news(error.news)})
