"""緊急の開示: which single matters a posting has open for an hour, besides the compartments in which it sits (ADR 0022).

Time alone ends it: whoever asks is compared with the clock at every request, and no job closes anything.
"""

import datetime as dt
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.compartments.models import BreakGlass
from chiba_ward.directory.models import Posting

NONE: frozenset[int] = frozenset()
# Read with each posting of a request, as the seats are (`access.duties`).
OF_POSTING = """
    ARRAY(
        SELECT glass.matter_pk FROM compartments_breakglass glass
        WHERE glass.posting_id = directory_posting.id AND glass.matter_pk IS NOT NULL
        AND glass.asked_at <= %(now)s AND glass.ends_at > %(now)s
    )
"""
SEALED = "SELECT compartments_sealed_matter(%s)"


def keep(posting: Posting, matters: Any) -> None:
    posting.glasses = frozenset(matters)


def matters_of(actor: Actor) -> frozenset[int]:
    """The matters that the actor's posting has open by a 緊急の開示 at this moment."""
    if actor.posting is None:
        return NONE
    if actor.glasses is not None:
        return actor.glasses
    return frozenset(pk for pk in _of(actor).values_list("matter_pk", flat=True) if pk is not None)


def broken(actor: Actor, path: str) -> Q:
    """Rows of those matters; `path` leads to the matter's key. Outside of a request it stays one question."""
    if actor.posting is not None and actor.glasses is None:
        return Q(**{f"{path}__in": _of(actor).values("matter_pk")})
    return Q(**{f"{path}__in": sorted(matters_of(actor))})


def in_force(actor: Actor, matter: int) -> BreakGlass | None:
    """By which request the matter is open to the actor now."""
    if matter not in matters_of(actor):
        return None
    return _of(actor).filter(matter_pk=matter).order_by("-ends_at", "-pk").first()


def sealed_matter(number: str) -> int | None:
    """The id of the matter in a compartment that has this number; None for an unknown number and for one in none.

    Asked only where a request is being recorded: whoever knows the answer has left their name.
    """
    with connection.cursor() as cursor:
        cursor.execute(SEALED, [number])
        found: int | None = cursor.fetchone()[0]
    return found


def standing(posting: Posting, number: str, now: dt.datetime | None = None) -> BreakGlass | None:
    """The request of this posting for this number that has not ended, whatever it led to."""
    now = now or timezone.now()
    rows = BreakGlass.objects.filter(posting=posting, number=number, asked_at__lte=now, ends_at__gt=now)
    return rows.order_by("-pk").first()


def _of(actor: Actor) -> "QuerySet[BreakGlass]":
    return BreakGlass.objects.in_force().filter(posting=actor.seat.pk).order_by()
