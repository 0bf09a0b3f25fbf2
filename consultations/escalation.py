"""督促と上申: what happens when nobody takes a case or an answer is late (J3).

The step codes are those of the deadline rules (`chiba_ward/casework/initial/deadlines.yaml`).
"""

from chiba_ward.access.actor import SYSTEM
from chiba_ward.casework import timeline
from chiba_ward.casework.models import Deadline
from chiba_ward.correspondence import notices
from chiba_ward.directory.models import Office
from consultations import duty
from consultations.models import Consultation

TAKE_STEPS = frozenset({"escalate_supervisor", "escalate_general"})
REMINDERS = frozenset({"remind", "remind_head"})


class UnknownCodeError(LookupError):
    """A rule names a step that nobody wrote: the step stays unfired and is tried again, not swallowed."""


def on_take(deadline: Deadline, code: str) -> None:
    """Nobody took it in time: the head of the section is told, and after that the office above."""
    if code not in TAKE_STEPS:
        raise UnknownCodeError(code)
    case = _open_case(deadline)
    if case is None or (case.assignee and duty.is_on_duty(case.assignee)):
        return
    office = case.desk_office
    if code == "escalate_general":
        office = office.escalates_to or office.parent or office
    _tell_heads(case, office, "escalation.untaken", "担当が決まっていないため")


def on_confirm(deadline: Deadline, code: str) -> None:
    """Nobody has read whether it speaks of abuse or violence: the head, then the office above (R1)."""
    if code not in TAKE_STEPS:
        raise UnknownCodeError(code)
    case = _open_case(deadline)
    if case is None or not case.suspected:
        return
    office = case.desk_office
    if code == "escalate_general":
        office = office.escalates_to or office.parent or office
    _tell_heads(case, office, "escalation.unconfirmed", "急いで確かめる相談のため")


def on_reply(deadline: Deadline, code: str) -> None:
    """The promised answer is near or late: first whoever answers for the case, then the head."""
    _remind(deadline, code, ("escalation.reply_due", "escalation.reply_late"), "返事の期限のため")


def on_next_look(deadline: Deadline, code: str) -> None:
    """A case that rests: look at it again; whoever has it first, then the head."""
    _remind(deadline, code, ("escalation.look_due", "escalation.look_late"), "様子を見る日が来たため")


def _remind(deadline: Deadline, code: str, templates: tuple[str, str], why: str) -> None:
    if code not in REMINDERS:
        raise UnknownCodeError(code)
    case = _open_case(deadline)
    if case is None:
        return
    near, late = templates
    if code == "remind_head":
        _tell_heads(case, case.desk_office, late, why)
        return
    for posting in duty.who_answers(case):
        notices.tell_posting(case.matter, posting, near)


def _open_case(deadline: Deadline) -> Consultation | None:
    rows = Consultation.objects.open().select_related("matter", "assignee__person", "desk_office")
    return rows.filter(pk=deadline.matter_id).first()


def _tell_heads(case: Consultation, office: Office, template: str, why: str) -> None:
    """The head, or the next one above where a section has none; where nobody is posted at all, the office itself."""
    told, heads = duty.heads_above(office)
    for posting in heads:
        notices.tell_posting(case.matter, posting, template)
    if not heads:
        notices.tell_office(case.matter, told, template)
    timeline.record(
        case.matter, "consultation.escalated", SYSTEM, to=f"{told}の所属長" if heads else str(told), why=why
    )
