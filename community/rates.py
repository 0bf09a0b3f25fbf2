"""加入率 of associations, districts and wards on any day, from dated figures. Small numbers are hidden by progress."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from chiba_ward.directory.models import Area, Ward
from chiba_ward.progress import masking
from chiba_ward.progress.registry import CITY, Measured
from community.enums import OrgKind
from community.models import CommunityOrg, EnrolmentFigure, HouseholdFigure, OrgPlace
from community.selectors import districts_of

NOT_MEASURED = Measured(None)
Values = dict[int | None, Measured]


@dataclass(frozen=True)
class _Count:
    as_of: dt.date
    members: int
    households: int | None


@dataclass
class Series:
    """Every figure there is, read once; a rate of any day is then computed without a question."""

    orgs: list[CommunityOrg]
    figures: dict[int, list[_Count]]
    wards: dict[int, list[tuple[dt.date, int]]]
    areas: dict[int, list[tuple[dt.date, int]]]
    places: list[OrgPlace] = field(default_factory=list)
    districts: list[Area] = field(default_factory=list)

    def of_orgs(self, day: dt.date, orgs: Iterable[CommunityOrg]) -> Values:
        """Members of the households in the association's own area, where somebody has counted these."""
        return {org.pk: self._of_org(day, org) for org in orgs if org.is_active_on(day)}

    def of_wards(self, day: dt.date) -> Values:
        """Of each ward, and of the city as far as its wards are measured."""
        parts = self.orgs_by_ward(day)
        found: Values = {
            ward: self._share(day, parts.get(ward, ()), known) for ward, known in sorted(self.wards.items())
        }
        measured = [one for one in found.values() if one.value is not None]
        part, whole = (sum(getattr(one, key) for one in measured) for key in ("numerator", "denominator"))
        return {**found, CITY: Measured.share(part, whole) if measured else NOT_MEASURED}

    def of_areas(self, day: dt.date) -> Values:
        """Of each district: the associations that name it as their area on that day."""
        parts = self.orgs_by_area(day)
        return {
            area: self._share(day, parts.get(area, ()), known) for area, known in sorted(self.areas.items())
        }

    def orgs_by_area(self, day: dt.date) -> dict[int, set[int]]:
        active = {org.pk for org in self.orgs if org.is_active_on(day)}
        parts = defaultdict(set)
        for place in self.places:
            if place.area_id and place.org_id in active and _is_valid(place, day):
                parts[place.area_id].add(place.org_id)
        return dict(parts)

    def orgs_by_ward(self, day: dt.date) -> dict[int, set[int]]:
        parts = defaultdict(set)
        for org in self.orgs:
            if org.ward_id is not None and org.is_active_on(day):
                parts[org.ward_id].add(org.pk)
        return dict(parts)

    def _of_org(self, day: dt.date, org: CommunityOrg) -> Measured:
        last = self._last(day, org.pk)
        if last is None or last.households is None:
            return NOT_MEASURED
        return Measured.share(last.members, last.households)

    def _last(self, day: dt.date, org: int) -> _Count | None:
        return next((one for one in self.figures.get(org, ()) if one.as_of <= day), None)

    def _share(self, day: dt.date, orgs: Iterable[int], known: list[tuple[dt.date, int]]) -> Measured:
        whole = next((households for as_of, households in known if as_of <= day), None)
        counted = [last.members for org in orgs if (last := self._last(day, org))]
        return Measured.share(sum(counted), whole) if counted and whole else NOT_MEASURED


def series() -> Series:
    """Of 町内自治会 alone: a district council counts the same households once more."""
    orgs = CommunityOrg.objects.filter(kind=OrgKind.NEIGHBOURHOOD).named().order_by("kana", "pk")
    figures = defaultdict(list)
    for one in EnrolmentFigure.objects.filter(org__kind=OrgKind.NEIGHBOURHOOD).order_by("org", "-as_of"):
        figures[one.org_id].append(_Count(one.as_of, one.members, one.households))
    wards: dict[int, list[tuple[dt.date, int]]] = {
        pk: [] for pk in Ward.objects.order_by("order").values_list("pk", flat=True)
    }
    areas = defaultdict(list)
    for row in HouseholdFigure.objects.order_by("-as_of", "pk"):
        if row.ward_id is not None:
            wards[row.ward_id].append((row.as_of, row.households))
        elif row.area_id is not None:
            areas[row.area_id].append((row.as_of, row.households))
    places = list(OrgPlace.objects.filter(area__isnull=False).order_by("pk"))
    return Series(list(orgs), dict(figures), wards, dict(areas), places, districts_of(None))


@dataclass
class Hidden:
    """What must not be told: associations, districts and wards, `CITY` among the wards."""

    orgs: set[int | None] = field(default_factory=set)
    areas: set[int | None] = field(default_factory=set)
    wards: set[int | None] = field(default_factory=set)


def hidden(found: Series, days: Iterable[dt.date]) -> Hidden:
    """What is hidden on one of these days is hidden on all of them: a figure of April is often still that of today.

    It does not depend on who asks, nor on what is filtered, so that two pages laid side by side tell no more than one.
    """
    gone = Hidden()
    for day in days:
        _hide_on(found, day, gone)
    return gone


def _hide_on(found: Series, day: dt.date, gone: Hidden) -> None:
    orgs, areas, wards = found.of_orgs(day, found.orgs), found.of_areas(day), found.of_wards(day)
    ward_of = {area.pk: area.ward_id for area in found.districts}
    for area, own in found.orgs_by_area(day).items():
        if _hide(orgs, own, areas.get(area), gone.orgs):
            gone.areas.add(area)
    for ward, own in found.orgs_by_ward(day).items():
        if _hide(orgs, own, wards.get(ward), gone.orgs):
            gone.wards.add(ward)
    for ward in found.wards:
        within = {area for area in found.areas if ward_of.get(area) == ward}
        if _hide(areas, within, wards.get(ward), gone.areas):
            gone.wards.add(ward)
    if _hide(wards, found.wards, wards.get(CITY), gone.wards):
        gone.wards.add(CITY)


def _hide(values: Values, own: Iterable[int], total: Measured | None, gone: set[int | None]) -> bool:
    """Hides parts of one sum until none can be found by subtracting; whether the sum itself has to go as well.

    Small are fewer than ten members, or fewer than ten who are not (`progress.masking`).
    """
    parts: Values = {key: values[key] for key in own if key in values and values[key].value is not None}
    few = {key for key, one in parts.items() if key in gone or masking.has_small_part(one)}
    few |= masking.hidden({key: Measured(one.value, one.numerator) for key, one in parts.items()})
    rest = sorted((parts[key].numerator or 0, key) for key in own if key in parts and key not in few)
    while few and rest and len(few) < 2:
        few.add(rest.pop(0)[1])
    gone |= few
    if total is None or total.value is None:
        return False
    return len(few) == 1 or masking.has_small_part(total)


def _is_valid(place: OrgPlace, day: dt.date) -> bool:
    return place.valid_from <= day and (place.valid_to is None or day < place.valid_to)
