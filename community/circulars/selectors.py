"""Whom a circular reaches, and its ledger: 既読・紙・未. Each tally is one grouped question over one circular."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from chiba_ward.directory.enums import AreaKind
from chiba_ward.directory.models import Area, AreaTown
from community.circulars.enums import OF_CITY, OF_ORG, Reach, SenderKind
from community.circulars.models import (
    CircularGroup,
    CircularReading,
    CircularRecipient,
    ECircular,
    PostingPeriod,
)
from community.circulars.querysets import GroupQuerySet
from community.models import CommunityOrg, OrgPlace

DAYS_WITHOUT_A_ROW = 14


# -- to whom


@dataclass(frozen=True)
class Reached:
    """How many 班 and households; `without` are associations that were meant and have no 班 yet."""

    groups: int
    households: int
    orgs: int
    without: int

    def __str__(self) -> str:
        return f"{self.groups:,}班 {self.households:,}世帯"


def reaches_of(circular: ECircular) -> tuple[Reach, ...]:
    """What the sender may choose. A section without a ward names the associations."""
    if circular.org_id:
        return OF_ORG
    return OF_CITY if circular.office and circular.office.ward_id else (Reach.ORGS,)


def areas_for(circular: ECircular) -> QuerySet[Area]:
    """The districts of today of the section's ward."""
    ward = circular.office.ward_id if circular.office else None
    found = Area.objects.valid_on(timezone.localdate()).filter(kind=AreaKind.DISTRICT, ward=ward)
    return found.order_by("name", "pk")


def orgs_for(circular: ECircular) -> QuerySet[CommunityOrg]:
    """Active associations of the section's ward that have 班, or may have some."""
    found = CommunityOrg.objects.active().named().filter(files_or_has_groups())
    if circular.office and circular.office.ward_id:
        found = found.filter(ward=circular.office.ward_id)
    return found.order_by("kana", "pk")


def files_or_has_groups() -> Q:
    """Organisations of households: those that file a 現況届, and whoever keeps 班."""
    kept = CircularGroup.objects.active().order_by().values("org")
    return Q(files_return=True) | Q(pk__in=kept)


def groups_for(circular: ECircular) -> GroupQuerySet:
    """The 班 of the association that sends."""
    return CircularGroup.objects.active().filter(org=circular.org_id).order_by("order", "pk")


def orgs_meant(circular: ECircular) -> QuerySet[CommunityOrg]:
    """The active associations that the sender names, with or without 班."""
    if circular.org_id:
        return CommunityOrg.objects.active().filter(pk=circular.org_id)
    found = CommunityOrg.objects.active().filter(files_or_has_groups())
    if circular.office and circular.office.ward_id:
        found = found.filter(ward=circular.office.ward_id)
    if circular.reach == Reach.AREAS:
        areas = circular.areas.order_by("pk").values_list("pk", flat=True)
        return found.filter(pk__in=_placed_in(list(areas)))
    if circular.reach == Reach.ORGS:
        return found.filter(pk__in=circular.orgs.order_by().values("pk"))
    return found


def _placed_in(areas: list[int]) -> QuerySet[OrgPlace, Any]:
    """Those that name a district today, and those of one of its towns."""
    towns = AreaTown.objects.valid_on().filter(area__in=areas).values("town")
    places = OrgPlace.objects.valid_on().filter(Q(area__in=areas) | Q(town__in=towns))
    return places.order_by().values("org")


def groups_reached(circular: ECircular) -> QuerySet[CircularGroup, Any]:
    """id, org_id, households and paper of every 班 with a household that the circular goes to."""
    found = CircularGroup.objects.active().filter(org__in=orgs_meant(circular).order_by().values("pk"))
    if circular.reach == Reach.GROUPS:
        found = found.filter(pk__in=circular.groups.order_by().values("pk"))
    return (
        found.counted().filter(households__gte=1).order_by("pk").values("id", "org_id", "households", "paper")
    )


def reach(circular: ECircular) -> Reached:
    """As it would be posted now."""
    found = groups_reached(circular).aggregate(
        groups=Count("id"), all=Sum("households"), orgs=Count("org_id", distinct=True)
    )
    meant = orgs_meant(circular).count()
    return Reached(found["groups"], found["all"] or 0, found["orgs"], meant - found["orgs"])


def days_posted(sender: SenderKind) -> int:
    """How long a circular stands unless its sender says otherwise: the city's row."""
    row = PostingPeriod.objects.filter(sender=sender).first()
    return row.days if row else DAYS_WITHOUT_A_ROW


def last_day(sender: SenderKind) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days_posted(sender))


# -- the ledger


@dataclass(frozen=True)
class Tally:
    """既読・紙・未 of some 班: the three make up the households. `closed` of `on_paper` 班 have gone round on paper."""

    groups: int = 0
    households: int = 0
    read: int = 0
    paper: int = 0
    on_paper: int = 0
    closed: int = 0

    @property
    def unread(self) -> int:
        return self.households - self.read - self.paper

    @property
    def reached(self) -> int:
        return self.read + self.paper


COUNTED = """
WITH reading AS (
    SELECT recipient_id, count(*) AS number FROM circulars_circularreading
    WHERE circular_id = ANY(%(circulars)s) GROUP BY recipient_id
), counted AS (
    SELECT r.circular_id, r.org_id, r.households, r.paper, r.closed_at,
           least(coalesce(reading.number, 0), r.households) AS read
    FROM circulars_circularrecipient r LEFT JOIN reading ON reading.recipient_id = r.id
    WHERE r.circular_id = ANY(%(circulars)s) {narrowed}
)
SELECT {by} count(*), coalesce(sum(households), 0), coalesce(sum(read), 0),
       coalesce(sum(least(paper, households - read)) FILTER (WHERE closed_at IS NOT NULL), 0),
       count(*) FILTER (WHERE paper > 0), count(closed_at)
FROM counted {grouped}
"""
BY_ORG = {"by": "org_id,", "grouped": "GROUP BY org_id"}
BY_CIRCULAR = {"by": "circular_id,", "grouped": "GROUP BY circular_id"}
AT_ONCE = {"by": "", "grouped": ""}
OF_SOME = "AND r.org_id = ANY(%(orgs)s)"


def tally(circular: ECircular, orgs: list[int] | None = None) -> Tally:
    """The whole ledger in one line; of some associations where they are named."""
    (row,) = _counted([circular.pk], AT_ONCE, orgs)
    return Tally(*map(int, row))


def tally_by_org(circular: ECircular, orgs: list[int] | None = None) -> dict[int, Tally]:
    return {int(org): Tally(*map(int, row)) for org, *row in _counted([circular.pk], BY_ORG, orgs)}


def tally_by_circular(circulars: list[int]) -> dict[int, Tally]:
    """Of a list, in one question; a draft has none."""
    return {int(pk): Tally(*map(int, row)) for pk, *row in _counted(circulars, BY_CIRCULAR, None)}


def _counted(circulars: list[int], shape: dict[str, str], orgs: list[int] | None) -> Iterator[Any]:
    sql = COUNTED.format(narrowed="" if orgs is None else OF_SOME, **shape)
    with connection.cursor() as cursor:
        cursor.execute(sql, {"circulars": circulars, "orgs": orgs})
        yield from cursor.fetchall()


def orgs_of(circular: ECircular) -> QuerySet[CommunityOrg]:
    """The associations that a circular went to."""
    there = CircularRecipient.objects.filter(circular=circular).order_by().values("org")
    return CommunityOrg.objects.named().filter(pk__in=there)


def recipients_of(circular: ECircular) -> Any:
    """Its 班 with their counts and the newest line of the paper."""
    rows = CircularRecipient.objects.filter(circular=circular).with_counts()
    return rows.select_related("group", "org__office").order_by("org", "group__order", "group", "pk")


def read_by(slot: int, circulars: list[int]) -> dict[int, CircularReading]:
    """What a household has read of these, by circular."""
    found = CircularReading.objects.filter(slot=slot, circular__in=circulars)
    return {one.circular_id: one for one in found.order_by("pk")}


def notices_of(circular: ECircular) -> list[Any]:
    """訂正: what was wrong, the newest first."""
    return list(circular.versions.filter(number__gt=1).order_by("-number"))


def public_in(ward: int, area: int | None) -> QuerySet[ECircular]:
    """What everybody may read and stands today, of a ward or of one of its districts: the newest first."""
    orgs = (
        CommunityOrg.objects.filter(pk__in=_placed_in([area]))
        if area
        else CommunityOrg.objects.filter(ward=ward)
    )
    there = (
        CircularRecipient.objects.filter(org__in=orgs.order_by().values("pk")).order_by().values("circular")
    )
    return ECircular.objects.current().filter(is_public=True, pk__in=there).order_by("-posted_at", "-pk")
