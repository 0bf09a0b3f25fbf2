"""配置表: districts, their officers, the last visit and what is missing, as a list, a map, a file and on paper."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from chiba_ward.access.actor import Actor, actor_of_request
from chiba_ward.access.decorators import fresh_sign_in_required, staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import allows
from chiba_ward.access.views_support import require_door
from chiba_ward.ui.files import csv_file
from chiba_ward.ui.narrowing import Narrowing
from community.area_officers import maps, rules, selectors
from community.area_officers.enums import Gap
from community.area_officers.forms.assignment import CoverageFilter
from community.area_officers.models import AreaAssignment
from community.area_officers.selectors import Line

HEAD = (
    "番号",
    "区",
    "地区",
    "主担当",
    "主担当の始まり",
    "副担当",
    "副担当の始まり",
    "引継ぎ待ち",
    "最後の訪問",
    "足りないところ",
)


class Chosen(Narrowing):
    """The lines that the address asks for. Numbers are those of the whole list, so that the map keeps them."""

    def __init__(self, request: HttpRequest) -> None:
        actor = actor_of_request(request)
        areas = selectors.districts_in_sight(actor)
        self.all = selectors.coverage(areas)
        wards = {area.ward_id for area in areas if area.ward_id is not None}
        super().__init__(request, CoverageFilter(request.GET or None, wards=wards))
        self.lines = [line for line in self.all if _is_wanted(line, self.given)]

    def counts(self) -> list[tuple[str, int, Gap]]:
        """How many districts of the whole list each gap has."""
        return [(str(gap.label), sum(gap in line.gaps for line in self.all), gap) for gap in Gap]


def _is_wanted(line: Line, given: dict[str, Any]) -> bool:
    if (ward := given.get("ward")) and (line.area.ward is None or line.area.ward.slug != ward):
        return False
    gap = given.get("gap")
    if gap and not (line.gaps if gap == "any" else gap in line.gaps):
        return False
    words = given.get("q")
    return not words or any(words in name for name in _names(line))


def _names(line: Line) -> Iterator[str]:
    yield line.area.name
    for one in (line.primary, line.deputy, *line.waiting, *line.coming):
        if one is not None:
            yield str(one.officer.person)


@staff_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    require_door(request)
    actor, chosen = actor_of_request(request), Chosen(request)
    context = {
        "title": "地域担当職員の配置表",
        "chosen": chosen,
        "filter": chosen.form,
        "rows": [_row(line) for line in chosen.lines],
        "counts": chosen.counts(),
        "maps": maps.maps_of(chosen.lines),
        "interval": rules.interval(),
        **_may(actor),
    }
    return staff_page(request, "area_officers/staff/index.html", context)


def _may(actor: Actor) -> dict[str, bool]:
    return {
        "may_appoint": allows(actor, "area_assignment.appoint"),
        "may_export": allows(actor, "area_assignment.export"),
        "may_read_notes": allows(actor, "area_visit.list"),
        "may_note": allows(actor, "area_assignment.note"),
    }


def _row(line: Line) -> dict[str, Any]:
    return {
        "line": line,
        "gaps": [(gap, str(gap.label)) for gap in line.gaps],
        "officers": [
            (label, one)
            for label, one in (("主担当", line.primary), ("副担当", line.deputy))
            if one is not None
        ],
    }


@staff_required
@require_safe
@fresh_sign_in_required(back="area_officers:index")
def index_csv(request: HttpRequest) -> HttpResponse:
    """Exactly the lines of the list as it is filtered."""
    require_door(request)
    return csv_file("area-officers", timezone.localdate(), HEAD, map(_cells, Chosen(request).lines))


@staff_required
@require_safe
def index_print(request: HttpRequest) -> HttpResponse:
    require_door(request)
    chosen = Chosen(request)
    context = {
        "title": "地域担当職員の配置表（印刷用）",
        "rows": [_row(line) for line in chosen.lines],
        "maps": maps.maps_of(chosen.lines),
        "interval": rules.interval(),
    }
    return staff_page(request, "area_officers/staff/index_print.html", context)


def _cells(line: Line) -> tuple[object, ...]:
    return (
        line.number,
        line.ward_name,
        line.area.name,
        *_officer(line.primary),
        *_officer(line.deputy),
        "・".join(str(one.officer.person) for one in line.waiting),
        line.last_visit or "",
        "・".join(str(gap.label) for gap in line.gaps),
    )


def _officer(one: AreaAssignment | None) -> tuple[object, object]:
    return ("", "") if one is None else (str(one.officer.person), one.starts_on)
