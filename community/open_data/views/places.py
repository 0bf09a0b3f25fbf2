"""What the public views share: which ward and district an address names, and which of its lists it shows."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chiba_ward.directory import selectors as directory
from chiba_ward.ui.pagination import CappedCount, KeysetPage, KeysetPaginator
from community.open_data import selectors
from community.open_data.enums import FacilityKind
from community.open_data.selectors import Around, Figures

PAGE = 20
PLACES, CHILDCARE, EVENTS = "places", "childcare", "events"
BY_NAME, BY_DAY = ("name_kana", "pk"), ("starts_on", "pk")


def around_of(slug: str, area: int | None = None) -> Around:
    """404 for a ward or a district that is none today."""
    ward = directory.ward_named(slug)
    if ward is None:
        raise Http404
    if area is None:
        return Around(ward)
    found = selectors.districts_of(ward.pk, timezone.localdate())
    district = next((one for one in found if one.pk == area), None)
    if district is None:
        raise Http404
    return Around(ward, district)


def address(around: Around, name: str = "") -> str:
    """Of the page of a ward or a district, or of its `map`, `events` or `sheet`."""
    kind = "district" if around.area else "ward"
    args = [around.ward.slug, around.area.pk] if around.area else [around.ward.slug]
    return reverse(f"districts:{kind}_{name}" if name else f"districts:{kind}", args=args)


@dataclass(frozen=True)
class Chosen:
    """One of the three lists, and the page of it that the address asks for."""

    show: str
    page: KeysetPage[Any]


def shown(query: QueryDict) -> str:
    asked = query.get("show", "")
    return asked if asked in (CHILDCARE, EVENTS) else PLACES


def chosen(request: HttpRequest, around: Around, figures: Figures | None = None) -> Chosen:
    """With `figures` the page knows how many there are without counting once more."""
    show = shown(request.GET)
    if show == EVENTS:
        rows: Any = around.events().select_related("data_file")
        page = KeysetPaginator(rows, BY_DAY, size=PAGE).page(request.GET, count=figures is not None)
        return Chosen(show, page)
    kind = FacilityKind.CHILDCARE if show == CHILDCARE else FacilityKind.PUBLIC
    number = _number(show, figures)
    rows = around.facilities(kind).select_related("data_file")
    return Chosen(show, KeysetPaginator(rows, BY_NAME, size=PAGE).page(request.GET, count=number))


def _number(show: str, figures: Figures | None) -> CappedCount | bool:
    if figures is None:
        return False
    return CappedCount.of(figures.childcare if show == CHILDCARE else figures.places)


def tabs_of(around: Around, show: str, figures: Figures) -> list[dict[str, Any]]:
    labels = {
        PLACES: (_("公共の場所"), figures.places),
        CHILDCARE: (_("子育ての場所"), figures.childcare),
        EVENTS: (_("イベント"), None),
    }
    here = address(around)
    return [
        {"label": label, "count": count, "url": f"{here}?show={name}#list", "is_current": name == show}
        for name, (label, count) in labels.items()
    ]


def in_english() -> bool:
    return (get_language() or "").startswith("en")


def ward_name(around: Around) -> str:
    return around.ward.name_en if in_english() and around.ward.name_en else around.ward.name


def place_name(around: Around) -> str:
    """「中央区 第1地区」; a district has a Japanese name alone."""
    return f"{ward_name(around)} {around.area.name}" if around.area else ward_name(around)


def crumbs_of(around: Around) -> list[tuple[str, str]]:
    """The way down to this page; the last one leads nowhere."""
    crumbs = [
        (_("住んでいる地区のこと"), reverse("districts:index")),
        (ward_name(around), address(Around(around.ward))),
    ]
    crumbs += [(around.area.name, "")] if around.area else []
    return [*crumbs[:-1], (crumbs[-1][0], "")]
