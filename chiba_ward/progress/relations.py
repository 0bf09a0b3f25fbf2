"""Which wards' numbers an actor compares; `policy.yaml` grants roles these relations."""

from django.db.models import Q

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import relations


@relations.of("progress")
def all_wards(actor: Actor) -> Q:
    return Q()


@relations.of("progress")
def own_ward(actor: Actor) -> Q:
    return Q(pk=actor.ward_id)
