"""How a request of 緊急の開示 may stand to whoever acts; `policy.yaml` grants roles this relation."""

from django.db.models import Q

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import relations


@relations.of("break_glass")
def asked_by_my_people(actor: Actor) -> Q | None:
    """As the head of the office; never what the head asked."""
    if not actor.is_head or actor.user is None:
        return None
    return Q(supervising_office=actor.office_id) & ~Q(posting__person=actor.user)
