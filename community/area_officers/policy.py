"""Who may do what with a district's assignment, notebook and 引継書, in sentences. Pages and services ask the same."""

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from community.area_officers.enums import AssignmentState, HandOverState, PromiseState, Standing
from community.area_officers.models import AreaAssignment, AreaPromise, AreaVisit, HandOver

OWED = frozenset({Standing.IN_FORCE, Standing.LEAVING, Standing.AWAITING})


def acts_open_to(actor: Actor, found: AreaAssignment) -> frozenset[str]:
    """The acts whose forms are shown and whose posts are accepted."""
    if not allows(actor, "area_assignment.manage", found) or found.state == AssignmentState.ENDED:
        return frozenset()
    return frozenset({"leave", "named"} if found.state == AssignmentState.ACTIVE else {"named"})


def may_hand_over(actor: Actor, found: AreaAssignment) -> bool:
    """Also before the last day, so that the successor can read it in time."""
    return found.state != AssignmentState.ENDED and allows(actor, "area_assignment.hand_over", found)


def may_note(actor: Actor, found: AreaAssignment) -> bool:
    is_there = found.standing() in (Standing.IN_FORCE, Standing.LEAVING)
    return is_there and allows(actor, "area_assignment.note", found)


def visit_acts_open_to(actor: Actor, found: AreaVisit) -> frozenset[str]:
    if not allows(actor, "area_visit.write", found):
        return frozenset()
    is_over = found.assignment.state == AssignmentState.ENDED
    return frozenset({"change"} if is_over else {"change", "promise"})


def promise_acts_open_to(actor: Actor, found: AreaPromise) -> frozenset[str]:
    if found.state != PromiseState.OPEN or not allows(actor, "area_promise.settle", found):
        return frozenset()
    return frozenset({"keep", "fail"})


def paper_acts_open_to(actor: Actor, found: HandOver) -> frozenset[str]:
    if found.state != HandOverState.SUBMITTED or not allows(actor, "area_hand_over.receive", found):
        return frozenset()
    return frozenset({"receive"})
