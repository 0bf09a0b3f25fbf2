"""加入率 of associations, districts and wards on any day, from dated figures. Small numbers are hidden by progress."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from chiba_ward.directory.models import Ward
from chiba_ward.progress import masking
from chiba_ward.progress.registry import CITY, Measured
from community.enums import OrgKind
from community.models import CommunityOrg, EnrolmentFigure, HouseholdFigure, OrgPlace

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

    def of_orgs(self, day: dt.date, orgs: Iterable[CommunityOrg]) -> Values:
        """Members of the households in the association's own area, where somebody has counted these."""
        return {org.pk: self._of_org(day, org) for org in orgs if org.is_active_on(day)}

    def of_wards(self, day: dt.date) -> Values:
        """Of each ward, and of the city as far as its wards are measured."""
        parts = defaultdict(list)
        for org in self.orgs:
            if org.ward_id is not None and org.is_active_on(day):
                parts[org.ward_id].append(org.pk)
        found: Values = {
            ward: self._share(day, parts[ward], known) for ward, known in sorted(self.wards.items())
        }
        measured = [one for one in found.values() if one.value is not None]
        part, whole = (sum(getattr(one, key) for one in measured) for key in ("numerator", "denominator"))
        return {**found, CITY: Measured.share(part, whole) if measured else NOT_MEASURED}

    def of_areas(self, day: dt.date) -> Values:
        """Of each district: the associations that name it as their area on that day."""
        active = {org.pk for org in self.orgs if org.is_active_on(day)}
        parts = defaultdict(set)
        for place in self.places:
            if place.area_id and place.org_id in active and _is_valid(place, day):
                parts[place.area_id].add(place.org_id)
        return {area: self._share(day, parts[area], known) for area, known in sorted(self.areas.items())}

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
    rows = EnrolmentFigure.objects.filter(org__kind=OrgKind.NEIGHBOURHOOD).order_by("org", "-as_of")
    for org, *count in rows.values_list("org", "as_of", "members", "households"):
        figures[org].append(_Count(*count))
    wards: dict[int, list[tuple[dt.date, int]]] = {
        pk: [] for pk in Ward.objects.order_by("order").values_list("pk", flat=True)
    }
    areas = defaultdict(list)
    known = HouseholdFigure.objects.order_by("-as_of", "pk").values_list(
        "ward", "area", "as_of", "households"
    )
    for ward, area, as_of, households in known:
        if ward is not None:
            wards[ward].append((as_of, households))
        else:
            areas[area].append((as_of, households))
    places = list(OrgPlace.objects.filter(area__isnull=False).order_by("pk"))
    return Series(list(orgs), dict(figures), wards, dict(areas), places)


def hidden(values: Mapping[int | None, Measured]) -> frozenset[int | None]:
    """Fewer than ten members, or fewer than ten who are not: of these, and of what would give them away."""
    by_members = {
        key: Measured(one.value, one.numerator) for key, one in values.items() if one.value is not None
    }
    few = {key for key, one in values.items() if key is not CITY and masking.has_small_part(one)}
    return masking.hidden(by_members) | frozenset(few)


def _is_valid(place: OrgPlace, day: dt.date) -> bool:
    return place.valid_from <= day and (place.valid_to is None or day < place.valid_to)
