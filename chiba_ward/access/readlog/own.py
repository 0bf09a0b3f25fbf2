"""だれがわたしの相談を見たか: what a person may know of who opened their matter.

Days, offices and what for; never the name of a member of staff. Nothing of the abuse team (its reading could tell
somebody in the household that the office is worried), nothing of one's own, and no lists, searches or refusals.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max
from django.db.models.functions import TruncDate
from django.utils import timezone

from chiba_ward.access.enums import OPENING, ActorKind
from chiba_ward.access.models import ReadLogEntry
from chiba_ward.directory.enums import Role

OTHERS = (ActorKind.STAFF, ActorKind.PARTNER, ActorKind.LINK_HOLDER)
SHOWN = (0, 200, 409, 422)
SIZE = 50


@dataclass(frozen=True)
class Opening:
    """One office on one day for one purpose; `times` is how often."""

    day: dt.date
    office: str
    office_id: int | None
    actor_kind: str
    verb: str
    kind: str
    is_outside_duty: bool
    times: int


@dataclass(frozen=True)
class Openings:
    """A page, the latest day first; `older_than` begins the next one."""

    rows: list[Opening]
    older_than: dt.date | None


def openings_of(matter_id: int, before: dt.date | None = None, size: int = SIZE) -> Openings:
    """Who opened this matter, `size` lines or a whole day more. Costs what this matter was read, not the archive."""
    rows = (
        ReadLogEntry.objects.filter(matter_ids__contains=[matter_id], verb__in=OPENING)
        .exclude(matter_ids=[])  # the words of the index's own condition
        .filter(actor_kind__in=OTHERS, result__in=SHOWN)
        .exclude(role=Role.ABUSE_TEAM)
        .annotate(day=TruncDate("at", tzinfo=timezone.get_default_timezone()))
    )
    if before:
        rows = rows.filter(day__lt=before)
    names = ("day", "office_name", "office_id", "actor_kind", "verb", "kind", "is_outside_duty")
    grouped = rows.order_by().values(*names).annotate(times=Count("seq"), latest=Max("seq"))
    found: list[dict[str, Any]] = list(grouped.order_by("-day", "-latest")[: size * 2])
    last = _cut(found, size)
    shown = [row for row in found if last is None or row["day"] >= last]
    openings = [Opening(*(row[name] for name in (*names, "times"))) for row in shown]
    return Openings(openings, last if len(shown) < len(found) else None)


def _cut(found: list[dict[str, Any]], size: int) -> dt.date | None:
    """The last day of the page, whole; None when everything fits."""
    return found[size - 1]["day"] if len(found) > size else None
