"""What pages, work and figures ask: who has which district, what is missing there, what is known of it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Max
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows, rows
from chiba_ward.directory import selectors as directory
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Area, Office, Posting
from community.area_officers import rules
from community.area_officers.enums import Gap, Part, Standing
from community.area_officers.models import AreaAssignment, AreaVisit
from community.relations import DESK
from community.selectors import districts_of

OFFICER_ROLES = (Role.SECTION, Role.AREA_OFFICER)
"""Who may be given a district: whoever sits in the section, those of other sections by a second 発令 (兼務)."""


@dataclass
class Line:
    """One district of the 配置表. `number` is that of the map; the gaps stand in red."""

    area: Area
    number: int
    primary: AreaAssignment | None = None
    deputy: AreaAssignment | None = None
    waiting: list[AreaAssignment] = field(default_factory=list)
    coming: list[AreaAssignment] = field(default_factory=list)
    last_visit: dt.date | None = None
    gaps: tuple[Gap, ...] = ()

    @property
    def ward_name(self) -> str:
        return self.area.ward.name if self.area.ward else ""


def districts_in_sight(actor: Actor) -> list[Area]:
    """Of the own ward; of all wards for whoever coordinates them."""
    if not allows(actor, "area_assignment.list"):
        return []
    found = districts_of(actor.ward_id) if actor.role != Role.COORDINATOR else districts_of(None)
    return [area for area in found if area.ward_id is not None]


def coverage(areas: Iterable[Area], day: dt.date | None = None) -> list[Line]:
    """In three questions, however many districts there are."""
    day = day or timezone.localdate()
    lines = {area.pk: Line(area, number) for number, area in enumerate(areas, start=1)}
    known = AreaAssignment.objects.filter(area__in=lines).exclude(state="ended", until__lte=day)
    for one in known.whole().order_by("starts_on", "pk"):
        _put(lines[one.area_id], one, day)
    last = last_visits(lines)
    interval = rules.interval(day)
    for line in lines.values():
        line.last_visit = last.get(line.area.pk)
        line.gaps = tuple(_gaps(line, interval.has_passed(line.last_visit, day)))
    return list(lines.values())


def _put(line: Line, one: AreaAssignment, day: dt.date) -> None:
    standing = one.standing(day)
    if standing == Standing.AWAITING:
        line.waiting.append(one)
    elif standing == Standing.COMING:
        line.coming.append(one)
    elif one.part == Part.PRIMARY:
        line.primary = one
    else:
        line.deputy = one


def _gaps(line: Line, is_unvisited: bool) -> Iterable[Gap]:
    if line.primary is None:
        yield Gap.NO_PRIMARY
    if line.waiting:
        yield Gap.AWAITING
    if is_unvisited:
        yield Gap.UNVISITED


def last_visits(areas: Iterable[int]) -> dict[int, dt.date]:
    """The day on which somebody was there last; calls do not count."""
    visits = AreaVisit.objects.in_person().filter(assignment__area__in=list(areas))
    found = visits.order_by().values_list("assignment__area").annotate(last=Max("on"))
    return dict(found)


def desk_of(area: Area) -> Office | None:
    """The 地域づくり支援課 of the district's ward."""
    return directory.office_for(DESK, area.ward) if area.ward else None


def candidates(ward: int | None, day: dt.date | None = None) -> list[Posting]:
    """Who may be given a district of this ward: whoever sits in its section, or is about to."""
    day = day or timezone.localdate()
    seats = Posting.objects.with_duty().filter(post__office__ward=ward, post__role__in=OFFICER_ROLES)
    desks = Office.objects.routed(DESK).filter(ward=ward)
    found = seats.filter(post__office__in=desks).order_by("post__name", "person__kana", "pk")
    return [one for one in found if one.ends_on is None or one.ends_on > day]


def noted_for(actor: Actor) -> list[AreaAssignment]:
    """For which assignments the actor may write an entry: his own first; the section for all of its ward."""
    found = AreaAssignment.objects.in_force().filter(rows(actor, "area_assignment.note"))
    own = actor.posting.pk if actor.posting else None
    return sorted(found.whole().order_by("area__name", "part", "pk"), key=lambda one: one.officer_id != own)
