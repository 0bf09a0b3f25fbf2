"""The clocks of a つなぎ, in the receiver's opening calendar, and who is told when one runs out (DOMAIN App. B).

How long each takes stands in `DeadlineRule` rows; 至急 uses the row of urgency U1.
"""

import datetime as dt
from typing import Any

from django.utils import timezone

from chiba_ward.access.actor import SYSTEM
from chiba_ward.casework import deadlines
from chiba_ward.casework.enums import Audience, Urgency
from chiba_ward.casework.models import Deadline
from chiba_ward.casework.opening_hours import TOKYO
from chiba_ward.directory.models import Office
from chiba_ward.directory.selectors import triage_desk
from chiba_ward.rows.together import Together
from consultations.enums import ReferralRoute
from consultations.models import Consultation, Referral
from consultations.services.referrals.telling import record, tell, tell_heads, tell_receiver

ANSWER, CONTACT, OUTCOME, REDIRECT = (
    "referral.answer",
    "referral.contact",
    "referral.outcome",
    "referral.redirect",
)


def start_answer(referral: Referral, at: dt.datetime) -> Deadline:
    return _start(referral, ANSWER, at)


def start_contact(referral: Referral, into: Together | None = None) -> Deadline:
    """From the morning of the promised day of first contact."""
    assert referral.first_contact_on is not None
    morning = dt.datetime.combine(referral.first_contact_on, dt.time(), TOKYO)
    return _start(referral, CONTACT, morning, into)


def start_outcome(referral: Referral, at: dt.datetime) -> Deadline:
    return _start(referral, OUTCOME, at)


def start_redirect(referral: Referral) -> Deadline:
    """次の先を決める: owed by the desk, in its own calendar."""
    case = referral.consultation
    return deadlines.start(
        case.matter, REDIRECT, case.desk_office, urgency=_urgency(referral), key=key_of(referral)
    )


def meet(referral: Referral, kind: str) -> None:
    deadlines.meet(referral.consultation.matter, kind, key_of(referral))


def cancel_all(referral: Referral) -> None:
    for kind in (ANSWER, CONTACT, OUTCOME):
        deadlines.cancel(referral.consultation.matter, kind, key_of(referral))


def meet_redirects(referral: Referral) -> None:
    """A new つなぎ of the same case has left, or the desk keeps it: nothing waits for another place any more."""
    matter = referral.consultation.matter
    for running in Deadline.objects.running().filter(matter=matter, kind=REDIRECT):
        deadlines.meet(matter, REDIRECT, running.key)


def case_ended(case: Consultation) -> None:
    """The house has finished: no other place is looked for. What a partner still owes stays with the partner."""
    for running in Deadline.objects.running().filter(matter=case.matter, kind=REDIRECT):
        deadlines.cancel(case.matter, REDIRECT, running.key)


def desk_moved(case: Consultation) -> None:
    """次の先を決める is owed by the desk that keeps the case now; the partners' clocks stay theirs."""
    owed = Deadline.objects.running().filter(matter=case.matter, kind=REDIRECT)
    owed.update(office=case.desk_office)


def pause_answer(referral: Referral) -> None:
    deadlines.pause(referral.consultation.matter, ANSWER, key_of(referral))


def resume_answer(referral: Referral) -> None:
    deadlines.resume(referral.consultation.matter, ANSWER, key_of(referral))


def key_of(referral: Referral) -> str:
    return str(referral.pk)


def _start(referral: Referral, kind: str, at: dt.datetime, into: Together | None = None) -> Deadline:
    matter, urgency = referral.consultation.matter, _urgency(referral)
    return deadlines.start(
        matter, kind, referral.to_office, urgency=urgency, key=key_of(referral), at=at, into=into
    )


def _urgency(referral: Referral) -> str:
    return Urgency.U1 if referral.is_urgent else ""


# -- steps


def remind(referral: Referral) -> None:
    """催促: the partner by mail; the sender telephones a partner on paper."""
    tell_receiver(referral, "referral.reminder")
    if referral.route == ReferralRoute.PAPER:
        tell(referral, referral.from_office, "referral.call_partner")
    _note(referral, "referral.reminded")


def remind_head(referral: Referral) -> None:
    tell_heads(referral, referral.from_office, "referral.late")
    _note(referral, "referral.head_told")


def escalate_general(referral: Referral) -> None:
    """総務課, or the office to which the sender's rows say it escalates."""
    above = general_affairs(referral.from_office)
    tell_heads(referral, above, "referral.escalated")
    _note(referral, "referral.escalated", above=above.name_on(timezone.localdate()))


def general_affairs(office: Office) -> Office:
    return office.escalates_to or triage_desk(office.ward)


def _note(referral: Referral, kind: str, **data: Any) -> None:
    record(referral, kind, SYSTEM, audience=Audience.HOUSE, **data)
