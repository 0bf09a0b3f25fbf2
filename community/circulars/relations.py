"""How a circular or a 班 may stand to whoever acts. `policy.yaml` grants roles these relations.

The holder of a printed key is nobody the policy knows: `keys.shown` reads the cookie, `for_key` the rows.
"""

from django.db.models import Exists, OuterRef, Q

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import relations
from community.relations import is_at_the_desk

of_circular = relations.of("e_circular")
of_group = relations.of("circular_group")
PUT_UP = ("posted", "recalled", "ended")


@of_circular
def made_by_my_office(actor: Actor) -> Q | None:
    return Q(office=actor.office_id)


@of_circular
def at_circular_desk(actor: Actor) -> Q | None:
    """The desk takes the calls of 班長, so it reads what was put up in its ward, whoever sent it."""
    if not is_at_the_desk(actor) or actor.ward_id is None:
        return None
    return Q(state__in=PUT_UP) & (Q(office__ward=actor.ward_id) | Q(org__ward=actor.ward_id))


@of_circular
def own_circular(actor: Actor) -> Q | None:
    return Q(org__office=actor.office_id)


@of_circular
def sent_to_us(actor: Actor) -> Q | None:
    from community.circulars.models import CircularRecipient

    ours = CircularRecipient.objects.filter(circular=OuterRef("pk"), org__office=actor.office_id)
    return Q(state__in=PUT_UP) & Q(Exists(ours)) if actor.office_id else None


@of_circular
def public_circular(actor: Actor) -> Q | None:
    return Q(is_public=True, state__in=PUT_UP)


@of_group
def own_group(actor: Actor) -> Q | None:
    return Q(org__office=actor.office_id)


@of_group
def group_at_desk(actor: Actor) -> Q | None:
    if not is_at_the_desk(actor) or actor.ward_id is None:
        return None
    return Q(org__ward=actor.ward_id)
