"""Questions that the pages ask: places, coming events and offices of a ward or a district, and where an address lies."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from chiba_ward.directory import selectors as directory
from chiba_ward.directory.enums import AreaKind, OfficeKind
from chiba_ward.directory.models import Area, AreaTown, Office, Town, Ward
from chiba_ward.rows.memory import remembered
from community.open_data.enums import FacilityKind
from community.open_data.importers.places import chome
from community.open_data.models import Facility, PublicEvent

SOON = dt.timedelta(days=90)
MOST_TOWNS = 50
POSTAL_CODE = re.compile(r"^\d{3}-?\d{4}$")
WARD_OFFICES = (OfficeKind.WARD_OFFICE, OfficeKind.SECTION, OfficeKind.HEALTH_WELFARE)


@dataclass(frozen=True)
class Around:
    """A ward, or a district of it: what a page is about."""

    ward: Ward
    area: Area | None = None

    @property
    def name(self) -> str:
        return f"{self.ward.name} {self.area.name}" if self.area else self.ward.name

    def facilities(self, kind: str) -> QuerySet[Facility]:
        return Facility.objects.current().of_place(self.ward, self.area).of_kind(kind)

    def events(self) -> QuerySet[PublicEvent]:
        """Those to come, the next first."""
        return (
            PublicEvent.objects.current().of_place(self.ward, self.area).coming().order_by("starts_on", "pk")
        )


@dataclass(frozen=True)
class Figures:
    """`population` is None where nobody has counted: 「未計測」, never 0."""

    population: int | None
    population_on: dt.date | None
    places: int
    childcare: int
    events_soon: int

    @property
    def population_shown(self) -> str:
        """`215,061`; empty where it is not measured."""
        return "" if self.population is None else f"{self.population:,}"


def figures(around: Around) -> Figures:
    """What a 地域カルテ says in numbers. Of a district the portal knows no population."""
    soon = timezone.localdate() + SOON
    places, childcare = _by_kind(around)
    return Figures(
        population=None if around.area else around.ward.population,
        population_on=None if around.area else around.ward.population_on,
        places=places,
        childcare=childcare,
        events_soon=around.events().filter(starts_on__lte=soon).count(),
    )


def _by_kind(around: Around) -> tuple[int, int]:
    rows = Facility.objects.current().of_place(around.ward, around.area).order_by()
    found = rows.aggregate(
        places=Count("pk", filter=Q(kind=FacilityKind.PUBLIC)),
        childcare=Count("pk", filter=Q(kind=FacilityKind.CHILDCARE)),
    )
    return found["places"], found["childcare"]


@remembered
def districts_of(ward: int, day: dt.date) -> tuple[Area, ...]:
    """The 地区 of a ward on this day."""
    found = Area.objects.valid_on(day).filter(kind=AreaKind.DISTRICT, ward=ward)
    return tuple(found.order_by("name", "pk"))


def offices_of(ward: Ward) -> list[Office]:
    """Sections of the ward office that have a telephone today, whichever part of the ward one lives in."""
    today = timezone.localdate()
    found = [
        one for one in directory.all_offices().values() if one.ward_id == ward.pk and one.kind in WARD_OFFICES
    ]
    with_telephone = [one for one in found if (version := one.version_on(today)) and version.telephone]
    return sorted(with_telephone, key=lambda one: (WARD_OFFICES.index(OfficeKind(one.kind)), one.code))


@dataclass(frozen=True)
class Answer:
    """A 町丁 that was found, or a whole ward where the code goes no further."""

    ward: Ward
    town: Town | None
    area: Area | None


def places_for(words: str) -> list[Answer]:
    """Where a postal code or the beginning of the name of a 町丁 leads."""
    written = chome("".join(words.split()))
    if POSTAL_CODE.match(written):
        found = directory.ward_and_town_for_postal_code(written)
        pairs = [(place.ward, town) for place in found for town in place.towns or (None,)]
    else:
        pairs = [(town.ward, town) for town in _towns_named(written)]
    areas = _districts_by_town([town.pk for _, town in pairs if town])
    return [Answer(ward, town, areas.get(town.pk) if town else None) for ward, town in pairs]


def _towns_named(written: str) -> Sequence[Town]:
    """千葉県千葉市中央区東千葉三丁目 as well as 東千葉."""
    name = written.removeprefix("千葉県").removeprefix("千葉市")
    ward = next((one for one in directory.all_wards() if name.startswith(one.name)), None)
    name = name.removeprefix(ward.name) if ward else name
    if not name:
        return ()
    towns = Town.objects.valid_on().filter(Q(name__startswith=name) | Q(kana__startswith=name))
    if ward:
        towns = towns.filter(ward=ward)
    return list(towns.select_related("ward").order_by("ward__order", "kana", "name", "pk")[:MOST_TOWNS])


def _districts_by_town(towns: Sequence[int]) -> dict[int, Area]:
    rows = AreaTown.objects.valid_on().filter(town__in=towns, kind=AreaKind.DISTRICT)
    return {row.town_id: row.area for row in rows.select_related("area").order_by("pk")}
