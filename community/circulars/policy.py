"""Who may do what with a circular or a 班, in sentences. Buttons, doors and services ask the same."""

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from community.circulars.enums import CircularState
from community.circulars.models import CircularGroup, ECircular


def acts_open_to(actor: Actor, circular: ECircular) -> frozenset[str]:
    """The acts whose forms are shown and whose posts are accepted."""
    if not allows(actor, "e_circular.write", circular):
        return frozenset()
    if circular.state == CircularState.DRAFT:
        return frozenset({"post"})
    return frozenset({"correct", "recall", "end"}) if circular.state == CircularState.POSTED else frozenset()


def group_acts_open_to(actor: Actor, group: CircularGroup) -> frozenset[str]:
    if group.ended_on is not None or not allows(actor, "circular_group.write", group):
        return frozenset()
    every = {"change", "add", "leave", "paper", "end"}
    return frozenset(every - {"paper"} if group.is_paper else every)
