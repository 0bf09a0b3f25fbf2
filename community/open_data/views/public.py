"""住んでいる地区のこと: the wards, a ward, a district. Everything here is published; nobody's data is shown."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chiba_ward.access.public import public
from chiba_ward.access.request import PortalRequest
from chiba_ward.directory import selectors as directory
from community.open_data import cards, documents, maps, selectors
from community.open_data.enums import DataKind
from community.open_data.forms import SearchForm
from community.open_data.selectors import Around
from community.open_data.views import places

NEXT_EVENTS = 3


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The wards and their districts, and the way there by 町丁 or postal code."""
    form = SearchForm(request.GET or None)
    words = form.cleaned_data.get("q", "") if form.is_valid() else ""
    today = timezone.localdate()
    context = {
        "form": form,
        "words": words,
        "answers": [_answer(one) for one in selectors.places_for(words)] if words else [],
        "wards": [
            (Around(ward), [Around(ward, area) for area in selectors.districts_of(ward.pk, today)])
            for ward in directory.all_wards()
        ],
        "kinds": DataKind,
    }
    return render(request, "open_data/public/index.html", context)


def _answer(found: selectors.Answer) -> dict[str, Any]:
    around = Around(found.ward, found.area)
    return {"around": around, "town": found.town, "url": places.address(around)}


@public
@require_safe
def around(request: HttpRequest, ward: str, area: int | None = None) -> HttpResponse:
    """The page of a ward or a district."""
    here = places.around_of(ward, area)
    figures = selectors.figures(here)
    chosen = places.chosen(request, here, figures)
    boundaries = maps.boundaries_of(here)
    context = {
        "around": here,
        "name": places.place_name(here),
        "crumbs": places.crumbs_of(here),
        "sheet_url": places.address(here, "sheet"),
        "events_url": places.address(here, "events"),
        "data_sources": sorted({row.source for row in chosen.page}),
        "figures": figures,
        "chosen": chosen,
        "tabs": places.tabs_of(here, chosen.show, figures),
        "next_events": list(here.events()[:NEXT_EVENTS]),
        "districts": [Around(here.ward, one) for one in _districts(here)],
        "offices": [(one, one.version_on(timezone.localdate())) for one in selectors.offices_of(here.ward)],
        "cards": cards.cards_of(here.ward, here.area),
        "map_url": f"{places.address(here, 'map')}?{request.GET.urlencode()}" if boundaries else "",
        "map_sources": maps.sources_of(boundaries),
        "in_english": places.in_english(),
    }
    return render(request, "open_data/public/around.html", context)


def _districts(here: Around) -> tuple[Any, ...]:
    return selectors.districts_of(here.ward.pk, timezone.localdate())


@public
@require_POST
def sheet(request: PortalRequest, ward: str, area: int | None = None) -> HttpResponse:
    """The 地域カルテ as a PDF: the one of today where there is one, so that no crowd can order a thousand."""
    here = places.around_of(ward, area)
    title = _("地域カルテ %(name)s") % {"name": places.place_name(here)}
    document = documents.sheet_for(here, title=title, by=request.actor)
    return redirect("documents:show", document.pk)
