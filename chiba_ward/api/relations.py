"""How a token may stand to whoever acts; `policy.yaml` grants roles these relations."""

from django.db.models import Q

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import relations


@relations.of("api_token")
def of_my_posting(actor: Actor) -> Q | None:
    return Q(posting=actor.posting.pk) if actor.posting else None


@relations.of("api_token")
def of_my_office(actor: Actor) -> Q | None:
    return Q(posting__post__office=actor.office_id) if actor.is_head else None
