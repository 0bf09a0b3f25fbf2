"""How a 困りごと, a できること or a 仲介 may stand to whoever acts. `policy.yaml` grants roles these relations."""

from collections.abc import Callable

from django.db.models import Q

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import relations
from community.relations import is_at_the_desk

FILED = ["submitted", "returned", "open", "brokered", "matched", "withdrawn", "expired"]
CHECKED = ["open", "brokered", "matched"]

of_match = relations.of("match")


def listing_desk(actor: Actor) -> Q | None:
    """What an organisation has only begun to write is its own."""
    if not is_at_the_desk(actor):
        return None
    filed = Q(state__in=FILED, submitted_at__isnull=False)
    return filed & (Q(ward=actor.ward_id) | Q(ward__isnull=True))


def checked_anywhere(actor: Actor) -> Q | None:
    """An offer of one ward may be what another ward needs."""
    return Q(state__in=CHECKED) if is_at_the_desk(actor) else None


def own_listing(actor: Actor) -> Q | None:
    return Q(org__office=actor.office_id)


RULES: tuple[Callable[[Actor], Q | None], ...] = (listing_desk, checked_anywhere, own_listing)
for _of in (relations.of("need"), relations.of("offer")):
    for _rule in RULES:
        _of(_rule)


@of_match
def match_desk(actor: Actor) -> Q | None:
    """The section of either side."""
    if not is_at_the_desk(actor):
        return None
    near, far = Q(need__ward=actor.ward_id), Q(offer__ward=actor.ward_id)
    return near | far | Q(need__ward__isnull=True) | Q(offer__ward__isnull=True)


@of_match
def need_desk(actor: Actor) -> Q | None:
    """Whoever looks after the 困りごと brokers."""
    if not is_at_the_desk(actor):
        return None
    return Q(need__ward=actor.ward_id) | Q(need__ward__isnull=True)


@of_match
def own_match(actor: Actor) -> Q | None:
    return Q(need__org__office=actor.office_id) | Q(offer__org__office=actor.office_id)
