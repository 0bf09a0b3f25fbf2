"""48時間: before the end the head is told, at the end the head and 総務課, which learns the number and nothing else."""

from django.db import transaction
from django.utils import timezone

from chiba_ward.access.actor import SYSTEM, Actor
from chiba_ward.access.policy import rows
from chiba_ward.casework import timeline
from chiba_ward.casework.models import Deadline
from chiba_ward.compartments import seats
from chiba_ward.correspondence import notices
from chiba_ward.directory import selectors
from consultations.models import Consultation
from consultations.protection.models import Alarm

TEMPLATES = {
    "warn_head": "escalation.safety_due",
    "remind_head": "escalation.safety_late",
    "escalate_general": "",
}
HAND_OVER_TEMPLATES = {"remind_head": "escalation.hand_over_late"}


class UnknownCodeError(LookupError):
    """A rule names a step that nobody wrote: it stays unfired and is tried again, not swallowed."""


def on_safety(deadline: Deadline, code: str) -> None:
    if code not in TEMPLATES:
        raise UnknownCodeError(code)
    case = _open_case(deadline)
    if case is None:
        return
    if code == "escalate_general":
        raise_alarm(case)
    else:
        _tell_heads(case, TEMPLATES[code])


def on_hand_over(deadline: Deadline, code: str) -> None:
    """Nobody has recorded the telephone call."""
    if code not in HAND_OVER_TEMPLATES:
        raise UnknownCodeError(code)
    case = _open_case(deadline)
    if case is not None:
        _tell_heads(case, HAND_OVER_TEMPLATES[code])


def raise_alarm(case: Consultation) -> Alarm:
    """総務課 has no seat and gets none: the number, and whom to ring."""
    office = selectors.triage_desk(case.ward)
    section = case.desk_office.name_on(timezone.localdate())
    alarm, is_new = Alarm.objects.get_or_create(
        receipt_no=case.receipt_no, defaults={"office": office, "section": section}
    )
    if is_new:
        timeline.record(case.matter, "protection.escalated", SYSTEM, to=str(office))
    return alarm


@transaction.atomic
def called(pk: int, *, by: Actor) -> Alarm:
    """電話で確かめた, once; a second press changes nothing. Raises Alarm.DoesNotExist for another office's."""
    alarm = Alarm.objects.filter(rows(by, "protection_alarm.call")).select_for_update(of=("self",)).get(pk=pk)
    if alarm.called_at is None:
        alarm.called_at, alarm.called_by = timezone.now(), by.seat
        alarm.save(update_fields=["called_at", "called_by"])
    return alarm


def _tell_heads(case: Consultation, template: str) -> None:
    """The heads of the section who sit in the compartment; where none does, everybody who sits there."""
    assert case.compartment_id is not None
    sitting = seats.sitting(case.compartment_id).filter(post__office=case.desk_office)
    told = list(sitting.filter(post__is_head=True)) or list(sitting)
    for posting in told:
        notices.tell_posting(case.matter, posting, template)
    timeline.record(case.matter, "protection.escalated", SYSTEM, to=f"{case.desk_office}の所属長")


def _open_case(deadline: Deadline) -> Consultation | None:
    rows_ = Consultation.objects.open().select_related("matter", "desk_office", "ward")
    return rows_.filter(pk=deadline.matter_id).first()
