"""Whose wards' posts somebody compares; `policy.yaml` grants roles these relations."""

from django.db.models import Q

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import relations


@relations.of("staffing")
def all_wards(actor: Actor) -> Q:
    return Q()


@relations.of("staffing")
def own_ward(actor: Actor) -> Q:
    return Q(pk=actor.ward_id)
