"""How an organisation or a 現況届 may stand to whoever acts. `policy.yaml` grants roles these relations."""

from django.db.models import Q

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import relations

DESK = "CHIIKI"
"""The routing code of the section of a ward that looks after associations (地域づくり支援課)."""

of_org = relations.of("community_org")
of_return = relations.of("annual_return")


def is_at_the_desk(actor: Actor) -> bool:
    if actor.posting is None or actor.ward_id is None:
        return False
    code = actor.posting.post.office.routing_code
    return code == DESK or code.startswith(f"{DESK}_")


@of_org
def community_desk(actor: Actor) -> Q | None:
    """Of the whole city are everybody's."""
    if not is_at_the_desk(actor):
        return None
    return Q(ward=actor.ward_id) | Q(ward__isnull=True)


@of_org
def in_my_ward(actor: Actor) -> Q | None:
    """Its main ward, or one in which it has a place today: an NPO spans wards."""
    from community.models import OrgPlace

    if actor.ward_id is None:
        return None
    places = OrgPlace.objects.valid_on().filter(Q(area__ward=actor.ward_id) | Q(town__ward=actor.ward_id))
    return Q(ward=actor.ward_id) | Q(ward__isnull=True) | Q(pk__in=places.values("org"))


@of_org
def own_org(actor: Actor) -> Q | None:
    return Q(office=actor.office_id)


@of_return
def filed_at_desk(actor: Actor) -> Q | None:
    """What an association has only begun to write is its own."""
    if not is_at_the_desk(actor):
        return None
    filed = Q(state__in=["submitted", "returned", "accepted"])
    return filed & (Q(org__ward=actor.ward_id) | Q(org__ward__isnull=True))


@of_return
def own_return(actor: Actor) -> Q | None:
    return Q(org__office=actor.office_id)
