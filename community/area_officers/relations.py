"""How an assignment and what hangs on it may stand to whoever acts. `policy.yaml` grants roles these relations."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import relations
from community.relations import is_at_the_desk

GENERAL_AFFAIRS = "SOMU"
"""The routing code of the 総務課 of a ward, which sees what is missing (C13)."""

of_assignment = relations.of("area_assignment")
of_visit = relations.of("area_visit")
of_promise = relations.of("area_promise")
of_paper = relations.of("area_hand_over")


@of_assignment
def area_desk(actor: Actor) -> Q | None:
    return Q(area__ward=actor.ward_id) if is_at_the_desk(actor) else None


@of_assignment
def general_affairs(actor: Actor) -> Q | None:
    if actor.posting is None or actor.posting.post.office.routing_code != GENERAL_AFFAIRS:
        return None
    return Q(area__ward=actor.ward_id)


@of_assignment
def own_assignment(actor: Actor) -> Q | None:
    """Under the very 発令 that was given the district: with it the right ends."""
    return Q(officer=actor.posting.pk) if actor.posting is not None and is_at_the_desk(actor) else None


@of_visit
def visits_of_desk(actor: Actor) -> Q | None:
    return Q(assignment__area__ward=actor.ward_id) if is_at_the_desk(actor) else None


@of_visit
def visits_of_my_area(actor: Actor) -> Q | None:
    """Of a district that the posting has today, as primary or as deputy."""
    return Q(Exists(_mine(actor, "assignment__area"))) if is_at_the_desk(actor) else None


@of_promise
def promises_of_desk(actor: Actor) -> Q | None:
    return Q(area__ward=actor.ward_id) if is_at_the_desk(actor) else None


@of_promise
def promises_of_my_area(actor: Actor) -> Q | None:
    return Q(Exists(_mine(actor, "area"))) if is_at_the_desk(actor) else None


@of_paper
def filed_at_area_desk(actor: Actor) -> Q | None:
    """What somebody has only begun to write is his own."""
    if not is_at_the_desk(actor):
        return None
    return Q(state__in=["submitted", "received"], assignment__area__ward=actor.ward_id)


@of_paper
def successor(actor: Actor) -> Q | None:
    """Has the same district now or from a day to come, and is not the one who wrote of himself."""
    if actor.posting is None or not is_at_the_desk(actor):
        return None
    next_ones = _mine(actor, "assignment__area", is_begun=False).exclude(pk=OuterRef("assignment"))
    return Q(Exists(next_ones), state__in=["submitted", "received"])


def _mine(actor: Actor, area: str, *, is_begun: bool = True) -> Any:
    from community.area_officers.models import AreaAssignment

    rows = AreaAssignment.objects.in_force() if is_begun else AreaAssignment.objects.not_over()
    return rows.filter(officer=actor.posting, area=OuterRef(area))
