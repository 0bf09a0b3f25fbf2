"""How a letter, a call or a standard text may stand to whoever acts; `policy.yaml` grants roles these relations."""

from django.db.models import Q

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import relations


@relations.of("delivery")
def of_my_office(actor: Actor) -> Q:
    return Q(office=actor.office_id)


@relations.of("notice_text")
def as_head(actor: Actor) -> Q | None:
    """The head of a section words its texts: every text, or none."""
    return Q() if actor.is_head else None
