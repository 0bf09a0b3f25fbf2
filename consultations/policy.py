"""Who may do what with a consultation they can see, in sentences. Buttons and services ask the same."""

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.directory.enums import PostingKind, Role
from consultations.enums import State
from consultations.models import Consultation

CASE_ROLES = (Role.SECTION, Role.SPECIALIST, Role.ABUSE_TEAM, Role.AREA_OFFICER)
DESK_ROLES = (*CASE_ROLES, Role.RECEPTION)
CLOSABLE = (State.TRIAGED, State.IN_PROGRESS, State.CONNECTED, State.MONITORING)


def may_triage(actor: Actor) -> bool:
    """受付, section staff and specialists sort what came in."""
    return actor.has_role(*DESK_ROLES)


def may_work_on(actor: Actor, case: Consultation) -> bool:
    """Reply, note, refer, close: the section that keeps the case. Reception only sorts it (ASSURANCE §5)."""
    return actor.has_role(*CASE_ROLES) and case.desk_office_id == actor.office_id


def may_enter(actor: Actor) -> bool:
    """代理入力 at the counter or on the telephone."""
    return actor.has_role(*DESK_ROLES)


def may_replace(actor: Actor, case: Consultation) -> bool:
    """Step in for whoever has it: the posting has ended, or one deputises (代理) in the same seat."""
    holder = case.assignee
    if holder is None or actor.posting is None:
        return True
    has_left = holder.ends_on is not None and holder.ends_on <= timezone.localdate()
    deputises = actor.posting.kind == PostingKind.ACTING and actor.posting.post_id == holder.post_id
    return has_left or deputises


def may_take(actor: Actor, case: Consultation) -> bool:
    """Nobody on duty has it. Changing hands between two people on duty is 振り分け."""
    is_own = actor.posting is not None and case.assignee_id == actor.posting.pk
    return may_work_on(actor, case) and not is_own and may_replace(actor, case)


def acts_open_to(actor: Actor, case: Consultation) -> frozenset[str]:
    """The acts whose buttons are shown and whose posts are accepted, from state and role."""
    acts: set[str] = set()
    if may_triage(actor) and case.is_open:
        acts |= {"assign", "urgency"}
    if not may_work_on(actor, case):
        return frozenset(acts)
    acts |= {"note", "link", "fields"}
    if not case.is_open:
        return frozenset(acts | {"reopen"})
    acts |= {"reply", "withdraw", "split", "refer", "read"}
    if may_take(actor, case):
        acts.add("take")
    if case.state in (State.IN_PROGRESS, State.CONNECTED):
        acts.add("watch")
    if case.state in (State.CONNECTED, State.MONITORING):
        acts.add("work_again")
    if case.state in CLOSABLE:
        acts.add("close")
    return frozenset(acts)
