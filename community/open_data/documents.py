"""地域カルテ: one sheet of A4 for a ward or a district, with the figures that are known and 「未計測」 where none is."""

from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from chiba_ward.access.actor import Actor
from chiba_ward.directory.models import Area, Ward
from chiba_ward.documents import registry, services
from chiba_ward.documents.enums import DocumentState
from chiba_ward.documents.heads import DocumentHead
from chiba_ward.documents.models import Document
from chiba_ward.documents.registry import PdfSource, document_kind
from chiba_ward.documents.renderer import Asset, Progress
from community.open_data import cards, maps, selectors
from community.open_data.enums import FacilityKind, FileState
from community.open_data.models import DataFile
from community.open_data.selectors import Around
from community.open_data.views import places

SHEET = "district_sheet"
# What fits on one page, counted on the longest names of the standard.
MOST_PLACES, MOST_CHILDCARE, MOST_EVENTS, MOST_OFFICES, MOST_LINES = 9, 5, 5, 6, 4


def sheet_for(around: Around, *, title: str, by: Actor) -> Document:
    """Today's sheet in this language, if nothing was taken in since it was asked for; else a new one is owed."""
    language = translation.get_language() or "ja"
    params: dict[str, int | str] = {
        "ward": around.ward.pk,
        "area": around.area.pk if around.area else 0,
        "language": language,
    }
    since = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    taken = DataFile.objects.filter(state=FileState.TAKEN).order_by("-settled_at").first()
    if taken and taken.settled_at:
        since = max(since, taken.settled_at)
    known = Document.objects.filter(kind=SHEET, params=params, created_at__gte=since)
    usable = known.exclude(state=DocumentState.FAILED).order_by("-created_at").first()
    return usable or services.request(SHEET, title=title, by=by, params=params)


@document_kind(SHEET, "地域カルテ")
def build(document: Document, progress: Progress) -> PdfSource:
    with translation.override(document.params["language"]):
        around = _around(document)
        progress(20)
        numbered = list(around.facilities(FacilityKind.PUBLIC).order_by(*places.BY_NAME)[:MOST_PLACES])
        boundaries = maps.boundaries_of(around)
        drawing = maps.svg_of(around, boundaries, numbered)
        progress(60)
        assets = {"map.svg": Asset(drawing.encode(), "image/svg+xml")} if drawing else {}
        return PdfSource.of_template(
            "open_data/documents/sheet.html", _context(document, around, numbered, boundaries), assets
        )


def _around(document: Document) -> Around:
    area = Area.objects.filter(pk=document.params["area"]).first()
    return Around(Ward.objects.get(pk=document.params["ward"]), area)


def _context(
    document: Document, around: Around, numbered: list[Any], boundaries: list[Any]
) -> dict[str, Any]:
    today = timezone.localdate()
    childcare = around.facilities(FacilityKind.CHILDCARE).order_by(*places.BY_NAME)
    offices = selectors.offices_of(around.ward)[:MOST_OFFICES]
    found = cards.cards_of(around.ward, around.area)
    language = document.params["language"]
    return {
        "document": DocumentHead(
            title=document.title,
            created_at=document.created_at,
            office=_("%(ward)s役所") % {"ward": places.ward_name(around)},
            classification=_("公開"),
            language="en" if language.startswith("en") else "ja",
        ),
        "around": around,
        "figures": selectors.figures(around),
        "places": [_place(row) for row in numbered],
        "childcare": [_place(row) for row in childcare[:MOST_CHILDCARE]],
        "events": [{"event": row, "shown": _name(row)} for row in around.events()[:MOST_EVENTS]],
        "offices": [(one.spoken_on(today), one.version_on(today)) for one in offices],
        "cards": [(card, card.lines[:MOST_LINES]) for card in found],
        "has_map": bool(boundaries),
        "sources": maps.sources_of(boundaries),
    }


def _place(row: Any) -> dict[str, str]:
    return {"shown": _name(row), "telephone": row.telephone}


def _name(row: Any) -> str:
    return row.name_en if places.in_english() and row.name_en else row.name


def may_see(document: Document, actor: Actor) -> bool:
    """Everybody: it holds what the public page shows."""
    return document.kind == SHEET


def register() -> None:
    registry.register_visibility(SHEET, may_see)
