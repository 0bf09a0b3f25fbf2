"""Questions that the rest of the portal asks of the directory."""

import datetime as dt
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from chiba_ward.directory.enums import OfficeKind
from chiba_ward.directory.models import EmergencyNumber, Office, PostalCode, Posting, Town, Ward
from chiba_ward.directory.querysets import OfficeQuerySet
from chiba_ward.rows.memory import remembered

CHOME = r"^(%s)[一二三四五六七八九十]+丁目$"


@dataclass(frozen=True)
class Place:
    """Where a postal code leads. `towns` has one entry where the code settles it, several to choose from."""

    ward: Ward
    town_name: str
    towns: tuple[Town, ...] = field(default=())

    @property
    def town(self) -> Town | None:
        return self.towns[0] if len(self.towns) == 1 else None


def ward_and_town_for_postal_code(code: str) -> list[Place]:
    """Candidates for `2600026` or `260-0026`; empty outside the city. A code of a whole ward has no towns."""
    digits = re.sub(r"\D", "", code)
    if not digits:
        return []
    rows = PostalCode.objects.filter(code=digits).select_related("ward", "town").order_by("ward__order", "id")
    return [_place(row) for row in rows]


def _place(row: PostalCode) -> Place:
    if not row.town_name:
        return Place(row.ward, "")
    if row.town:
        return Place(row.ward, row.town.name, (row.town,))
    return Place(row.ward, row.town_name, tuple(towns_within(row.ward, row.town_name)))


def towns_within(ward: Ward, name: str) -> QuerySet[Town]:
    """The town of that name and its 丁目, as far as they are listed."""
    within = Q(name=name) | Q(name__regex=CHOME % re.escape(name))
    return Town.objects.valid_on().filter(within, ward=ward).order_by("kana", "name")


def towns_of(ward: Ward, prefix: str = "") -> QuerySet[Town]:
    """Towns of today whose name or reading begins so."""
    towns = Town.objects.valid_on().filter(ward=ward).order_by("kana", "name")
    return towns.filter(Q(name__startswith=prefix) | Q(kana__startswith=prefix)) if prefix else towns


def offices_for(
    routing_code: str, ward: Ward | None = None, town: Town | None = None, *, day: dt.date | None = None
) -> list[Office]:
    """Offices to which a routing code leads; a care zone that holds the town decides alone."""
    offices = Office.objects.existing_on(day).routed(routing_code).order_by("code")
    if ward is None and town is not None:
        ward = town.ward
    if ward is not None:
        offices = offices.serving(ward)
    if town is not None and (zoned := _zone_of(offices, town, day)):
        return zoned
    return list(offices.select_related("ward"))


def _zone_of(offices: OfficeQuerySet, town: Town, day: dt.date | None) -> list[Office]:
    areas = town.memberships.valid_on(day).values("area")
    return list(offices.filter(zones__in=areas).select_related("ward").distinct())


def office_for(
    routing_code: str, ward: Ward | None = None, town: Town | None = None, *, day: dt.date | None = None
) -> Office | None:
    """The one office to which the code leads. None where there is none or where a person must choose."""
    found = offices_for(routing_code, ward, town, day=day)
    return found[0] if len(found) == 1 else None


def triage_desk(ward: Ward | None) -> Office:
    """Who receives what has no owner yet. Without a ward: a desk of the whole city, else of the first ward.

    Raises Office.DoesNotExist where no desk is marked: then nothing could be received (DOMAIN §9 R4).
    """
    return _triage_desk(ward.pk if ward else None, timezone.localdate())


@remembered
def _triage_desk(ward: int | None, day: dt.date) -> Office:
    desks = Office.objects.existing_on(day).filter(is_triage_desk=True).select_related("ward", "calendar")
    own = desks.filter(ward=ward).order_by("code").first()
    desk = own or desks.order_by("ward__order", "code").first()
    if desk is None:
        raise Office.DoesNotExist("no office is marked as the desk for matters without an owner")
    return desk


@remembered
def all_offices() -> dict[int, Office]:
    """Every office by its key, with its ward: names, addresses and calendars hang on it."""
    return {office.pk: office for office in Office.objects.select_related("ward")}


def office(pk: int) -> Office:
    """The office as it was within the last minute; one that is new is asked for. Raises Office.DoesNotExist."""
    return all_offices().get(pk) or Office.objects.get(pk=pk)


@remembered
def all_wards() -> tuple[Ward, ...]:
    """The six wards in their order."""
    return tuple(Ward.objects.order_by("order", "id"))


def ward_named(slug: str) -> Ward | None:
    return next((ward for ward in all_wards() if ward.slug == slug), None)


def offices_for_referral(office: Office | None) -> OfficeQuerySet:
    """Offices to hand on to, with `label`: own ward first, then the whole city, then other wards.

    Neighbours are none: an association has officers who sign in, and is never told of a consultation.
    """
    offices = Office.objects.existing_on().with_posts().select_related("ward")
    offices = offices.exclude(kind=OfficeKind.ASSOCIATION)
    if office is None:
        return offices.nearest_first(None)
    return offices.exclude(pk=office.pk).nearest_first(office.ward)


def heads_of(office: Office) -> QuerySet[Posting]:
    return (
        Posting.objects.active_on().with_duty().filter(post__office=office, post__is_head=True).order_by("id")
    )


def heads_above(office: Office, besides: Posting | None = None) -> tuple[Office, list[Posting]]:
    """The heads of the office, or of the next one above that has any: a section without a head stays silent otherwise.

    `besides` one person: nobody is their own head.
    """
    seen: set[int] = set()
    current: Office | None = office
    while current is not None and current.pk not in seen:
        if heads := [
            head for head in heads_of(current) if not besides or head.person_id != besides.person_id
        ]:
            return current, heads
        seen.add(current.pk)
        current = current.escalates_to or current.parent
    return office, []


# --- emergency numbers: on every page, so read at most once a minute by each process

_kept: dict[str, tuple[float, tuple[EmergencyNumber, ...]]] = {}


def emergency_numbers(topics: Iterable[str] = ()) -> list[EmergencyNumber]:
    """Those always shown and those that answer a topic (`abuse_child`, `dv`, `suicide_risk`…)."""
    wanted = tuple(topics)
    return [row for row in _all_numbers() if row.is_always_shown or any(map(row.answers, wanted))]


def forget_emergency_numbers() -> None:
    """After an edit, so that the editor sees it; other processes follow within a minute."""
    _kept.clear()


def _all_numbers() -> tuple[EmergencyNumber, ...]:
    now = time.monotonic()
    read_at, rows = _kept.get("numbers", (0.0, ()))
    if not rows or now - read_at >= getattr(settings, "DIRECTORY_CACHE_SECONDS", 60):
        rows = tuple(EmergencyNumber.objects.order_by("order", "id"))
        _kept["numbers"] = (now, rows)
    return rows
