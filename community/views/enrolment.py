"""加入率 over time: wards, districts, associations, each masked where it tells of few households."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.decorators import fresh_sign_in_required, staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import allows
from chiba_ward.access.policy import rows as rows_of
from chiba_ward.access.readlog import Verb
from chiba_ward.access.views_support import require_door
from chiba_ward.directory.models import Area
from chiba_ward.directory.selectors import all_wards
from chiba_ward.progress.registry import CITY, Measured
from chiba_ward.ui.files import csv_file
from chiba_ward.ui.forms import PortalForm
from chiba_ward.ui.japanese_dates import fiscal_year
from community import rates
from community.models import CommunityOrg
from community.selectors import districts_of

YEARS = 4
HEAD = ("区分", "区", "名称", "時点", "加入世帯数", "世帯数", "加入率（％）")
NOT_MEASURED, FEW = "測っていません", "10未満のため出しません"
Key = int | None


class RateFilter(PortalForm):
    ward = forms.ChoiceField(label="区", required=False)
    district = forms.ChoiceField(label="地区", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ward"].choices = [("", "すべて"), *((ward.slug, ward.name) for ward in all_wards())]
        areas = ((str(area.pk), f"{area.ward or ''}　{area.name}") for area in districts_of(None))
        self.fields["district"].choices = [("", "すべて"), *areas]


@dataclass(frozen=True)
class Cell:
    """One place on one day; `word` stands instead of a rate that is not measured or must not be told."""

    day: dt.date
    measured: Measured
    word: str = ""

    @property
    def rate(self) -> str:
        return self.word or f"{self.measured.value:.1f}％"

    @property
    def parts(self) -> tuple[object, object, object]:
        if self.word:
            return "", "", self.word
        return self.measured.numerator, self.measured.denominator, f"{self.measured.value:.1f}"


@dataclass(frozen=True)
class Line:
    level: str
    ward: str
    name: str
    cells: tuple[Cell, ...]


class Table:
    """What the address asks for, of the associations that the actor reads; wards and districts are sums."""

    def __init__(self, request: HttpRequest, right: str) -> None:
        actor = actor_of_request(request)
        self.form = RateFilter(request.GET or None)
        given = self.form.cleaned_data if self.form.is_bound and self.form.is_valid() else {}
        self.ward, self.district = given.get("ward", ""), given.get("district", "")
        self.query, self.days, self.series = request.GET.urlencode(), days_shown(), rates.series()
        seen = CommunityOrg.objects.visible_to(actor).filter(rows_of(actor, right))
        keys = set(seen.order_by("pk").values_list("pk", flat=True))
        self.orgs = [org for org in self.series.orgs if org.pk in keys and self._is_wanted(org)]
        self.gone = rates.hidden(self.series, self.days)
        self.wards = {ward.pk: ward for ward in all_wards()}
        self.lines = [*self._wards(), *self._districts(), *self._orgs()]

    def _is_wanted(self, org: CommunityOrg) -> bool:
        if self.district:
            return any(str(place.area_id) == self.district for place in self._places_of(org))
        return not self.ward or (org.ward is not None and org.ward.slug == self.ward)

    def _places_of(self, org: CommunityOrg) -> list[Any]:
        return [place for place in self.series.places if place.org_id == org.pk and place.valid_to is None]

    def _wards(self) -> Iterator[Line]:
        cells = self._cells(self.series.of_wards, self.gone.wards)
        for pk, ward in self.wards.items():
            if not self.district and self.ward in ("", ward.slug):
                yield Line("区", ward.name, ward.name, cells(pk))
        if not self.ward and not self.district:
            yield Line("市", "", "全市（測っている区の合計）", cells(CITY))

    def _districts(self) -> Iterator[Line]:
        areas = [area for area in self.series.districts if self._shows(area)]
        cells = self._cells(self.series.of_areas, self.gone.areas)
        for area in areas:
            yield Line("地区", str(area.ward or ""), area.name, cells(area.pk))

    def _shows(self, area: Area) -> bool:
        if self.district:
            return str(area.pk) == self.district
        return not self.ward or (area.ward is not None and area.ward.slug == self.ward)

    def _orgs(self) -> Iterator[Line]:
        cells = self._cells(lambda day: self.series.of_orgs(day, self.orgs), self.gone.orgs)
        for org in self.orgs:
            yield Line(
                "団体", self.wards[org.ward_id].name if org.ward_id else "全市", org.label, cells(org.pk)
            )

    def _cells(
        self, of_day: Callable[[dt.date], rates.Values], few: Iterable[Key]
    ) -> Callable[[Key], tuple[Cell, ...]]:
        found = [(day, of_day(day)) for day in self.days]
        return lambda key: tuple(_cell(day, key, values, few) for day, values in found)


def _cell(day: dt.date, key: Key, values: rates.Values, few: Iterable[Key]) -> Cell:
    measured = values.get(key, rates.NOT_MEASURED)
    if measured.value is None:
        return Cell(day, measured, NOT_MEASURED)
    return Cell(day, measured, FEW if key in few else "")


def days_shown() -> tuple[dt.date, ...]:
    """The first day of each of the last fiscal years, and today."""
    today = timezone.localdate()
    first = fiscal_year(today) - YEARS + 1
    return (*(dt.date(first + number, 4, 1) for number in range(YEARS)), today)


@staff_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    require_door(request)
    table = Table(request, "community_org.list")
    readlog.saw("community_org", [org.pk for org in table.orgs], verb=Verb.LIST)
    context = {
        "title": "町内自治会の加入率",
        "table": table,
        "filter": table.form,
        "may_export": allows(actor_of_request(request), "community_org.export"),
    }
    return staff_page(request, "community/staff/enrolment.html", context)


@staff_required
@require_safe
@fresh_sign_in_required(back="community:enrolment")
def table_csv(request: HttpRequest) -> HttpResponse:
    """A line for each place and day of the table, masked as on the screen."""
    require_door(request)
    table = Table(request, "community_org.export")
    readlog.saw("community_org", [org.pk for org in table.orgs], verb=Verb.EXPORT)
    rows = (
        (line.level, line.ward, line.name, cell.day, *cell.parts)
        for line in table.lines
        for cell in line.cells
    )
    return csv_file("enrolment", timezone.localdate(), HEAD, rows)
