"""自分の担当かどうか: whoever looks after a case opens it without being asked why (C21).

Being able to see a case (`visible_to`) is wider: an archive of one's section, for one, that nobody needs from day to day.
"""

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.compartments import services as compartments
from chiba_ward.directory.enums import PostingKind
from consultations.enums import State
from consultations.models import Consultation
from consultations.workflow.case import REOPENABLE_FOR


def is_own_duty(actor: Actor, case: Consultation) -> bool:
    """Residents and partners read what is theirs. Of staff: whoever has or had the case, the head of its desk; while
    the desk may still have to act on it, its people, whoever typed it, and 受付 until it is sorted. Of a sealed case:
    whoever has a seat, which was given for a reason that is kept."""
    if not actor.is_staff:
        return True
    return (
        _holds(actor, case)
        or _heads_the_desk(actor, case)
        or _sits_inside(actor, case)
        or (_may_still_need_it(case) and _serves(actor, case))
    )


def _holds(actor: Actor, case: Consultation) -> bool:
    """担当者 (also after the end), and the seat: posts own, people occupy (DESIGN §2 rule 8)."""
    seat = actor.seat
    if case.assignee_id == seat.pk or case.owner_post_id == seat.post_id:
        return True
    holder = case.assignee
    if holder is None or holder.post_id != seat.post_id:
        return False
    has_left = holder.ends_on is not None and holder.ends_on <= timezone.localdate()
    return has_left or seat.kind == PostingKind.ACTING


def _heads_the_desk(actor: Actor, case: Consultation) -> bool:
    return actor.is_head and case.desk_office_id == actor.office_id


def _sits_inside(actor: Actor, case: Consultation) -> bool:
    return case.compartment_id is not None and case.compartment_id in compartments.ids_of(actor)


def _may_still_need_it(case: Consultation) -> bool:
    """Open, or so short a time after its end that the resident may reopen it by themselves."""
    return case.closed_at is None or timezone.now() - case.closed_at <= REOPENABLE_FOR


def _serves(actor: Actor, case: Consultation) -> bool:
    """Not sorted yet: who sees it is on reception duty. Then: its desk, which answers the telephone for it, unless the
    section lets only the 担当者 in; and whoever typed it for the person."""
    if case.state == State.RECEIVED or case.entered_by_id == actor.seat.pk:
        return True
    is_at_desk = case.desk_office_id == actor.office_id
    return is_at_desk and (case.assignee_id is None or not actor.seat.post.office.is_need_to_know)
