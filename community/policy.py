"""Who may do what with an organisation or a 現況届, in sentences. Buttons, doors and services ask the same."""

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from community.enums import ReturnState
from community.models import AnnualReturn, CommunityOrg

ON_ENTRY = ("change", "confirm", "contact", "place", "place_end", "resource", "resource_end", "figure", "end")
AFTER_THE_END = frozenset({"contact", "place_end", "resource_end"})
"""What is still put in order once an organisation is no more."""


def acts_open_to(actor: Actor, org: CommunityOrg) -> frozenset[str]:
    """The acts whose forms are shown and whose posts are accepted."""
    if not allows(actor, "community_org.write", org):
        return frozenset()
    return frozenset(ON_ENTRY) if org.ended_on is None else AFTER_THE_END


def may_hand_over(actor: Actor, org: CommunityOrg) -> bool:
    return org.ended_on is None and allows(actor, "community_org.hand_over", org)


def return_acts_open_to(actor: Actor, found: AnnualReturn) -> frozenset[str]:
    if found.state != ReturnState.SUBMITTED or not allows(actor, "annual_return.judge", found):
        return frozenset()
    return frozenset({"accept", "give_back"})
