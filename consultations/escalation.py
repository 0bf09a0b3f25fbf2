"""督促と上申: what happens when nobody takes a case or an answer is late (J3)."""

from django.db.models import QuerySet

from chiba_ward.access.actor import SYSTEM
from chiba_ward.casework import timeline
from chiba_ward.casework.models import Deadline
from chiba_ward.correspondence import notices
from chiba_ward.directory.models import Office, Posting
from consultations.models import Consultation


def on_take(deadline: Deadline, code: str) -> None:
    """Nobody took it in time: the head of the section is told, then the office above."""
    case = _open_case(deadline)
    if case is None or case.assignee_id:
        return
    office = deadline.office.escalates_to if code == "escalate_general" and deadline.office.escalates_to else deadline.office
    _tell_heads(case, office, "escalation.untaken")


def on_reply(deadline: Deadline, code: str) -> None:
    """The promised answer is near or late: first whoever has the case, then the head."""
    case = _open_case(deadline)
    if case is None:
        return
    if code == "remind" and case.assignee:
        notices.tell_posting(case.matter, case.assignee, "consultation.reply_due")
    else:
        _tell_heads(case, deadline.office, "consultation.reply_late")


def _open_case(deadline: Deadline) -> Consultation | None:
    return Consultation.objects.open().filter(pk=deadline.matter_id).select_related("matter", "assignee").first()


def heads_of(office: Office) -> QuerySet[Posting]:
    return Posting.objects.active_on().filter(post__office=office, post__is_head=True)


def _tell_heads(case: Consultation, office: Office, template: str) -> None:
    for posting in heads_of(office):
        notices.tell_posting(case.matter, posting, template)
    timeline.record(case.matter, "consultation.escalated", SYSTEM)
