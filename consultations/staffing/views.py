"""専門職の配置: the table, on a page, on paper and as a file."""

import datetime as dt

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from chiba_ward.access.decorators import fresh_sign_in_required, staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import allows
from chiba_ward.access.request import PortalRequest
from chiba_ward.ui.files import csv_file
from chiba_ward.ui.japanese_dates import era_year
from consultations.staffing import filters
from consultations.staffing.models import Occupation
from consultations.staffing.places import Place
from consultations.staffing.policy import wards_of

HEAD = (
    "年度",
    "基準日",
    "区",
    "職種",
    "圏域",
    "計画の人工",
    "席の人工",
    "就いている人工",
    "不足",
    "空いている席",
)


@require_safe
@staff_required
def index(request: PortalRequest) -> HttpResponse:
    wards = wards_of(request.actor)
    choice = filters.read(request.GET, wards)
    context = {
        "title": "専門職の配置",
        "choice": choice,
        "placement": filters.chosen(choice, wards),
        "wards": wards,
        "occupations": list(Occupation.objects.filter(is_active=True)),
        "years": [(year, f"{era_year_of(year)}度（{year}年度）") for year in filters.years()],
        "may_edit": allows(request.actor, "master.change"),
    }
    return staff_page(request, "staffing/index.html", context)


@require_safe
@staff_required
@fresh_sign_in_required(back="staffing:index")
def table_csv(request: PortalRequest) -> HttpResponse:
    """UTF-8 with BOM; exactly the lines of the page."""
    wards = wards_of(request.actor)
    choice = filters.read(request.GET, wards)
    found = filters.chosen(choice, wards)
    rows = ((choice.year, found.day.isoformat(), *_cells(place)) for place in found.places)
    return csv_file("specialists", found.day, HEAD, rows)


def _cells(place: Place) -> tuple[object, ...]:
    return (
        place.ward,
        place.occupation,
        place.zone or "区全体",
        place.planned,
        place.seats,
        place.placed,
        place.missing,
        "、".join(vacancy.seat.post.name for vacancy in place.vacancies),
    )


def era_year_of(year: int) -> str:
    """「令和8年」 of the fiscal year that begins on 1 April."""
    return era_year(dt.date(year, 4, 1))
