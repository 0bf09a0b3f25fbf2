"""地域カルテ: one sheet of A4 for a ward or a district, with the figures that are known and 「未計測」 where none is."""

from dataclasses import dataclass
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
# What fits on one page, counted on the longest names of the standard. What other modules add takes the room of lists.
MOST_PLACES, MOST_CHILDCARE, MOST_EVENTS, MOST_OFFICES, MOST_LINES = 9, 5, 5, 6, 4
FEWEST_PLACES, FEWEST_CHILDCARE, FEWEST_EVENTS = 4, 2, 2
ROOM_FOR_CARDS = 11


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
        found = _on_paper(cards.cards_of(around.ward, around.area))
        room = Room(ROOM_FOR_CARDS - sum(1 + len(lines) for _card, lines in found))
        numbered = list(around.facilities(FacilityKind.PUBLIC).order_by(*places.BY_NAME)[: room.places])
        boundaries = maps.boundaries_of(around)
        drawing = maps.svg_of(around, boundaries, numbered)
        progress(60)
        assets = {"map.svg": Asset(drawing.encode(), "image/svg+xml")} if drawing else {}
        return PdfSource.of_template(
            "open_data/documents/sheet.html",
            {**_context(document, around, room), **_drawn(numbered, boundaries), "cards": found},
            assets,
        )


def _around(document: Document) -> Around:
    area = Area.objects.filter(pk=document.params["area"]).first()
    return Around(Ward.objects.get(pk=document.params["ward"]), area)


@dataclass(frozen=True)
class Room:
    """`left`: lines that the cards of other modules have not taken; the longest list gives way first."""

    left: int

    @property
    def places(self) -> int:
        return min(MOST_PLACES, FEWEST_PLACES + max(0, self.left - self._events - self._childcare))

    @property
    def childcare(self) -> int:
        return FEWEST_CHILDCARE + self._childcare

    @property
    def events(self) -> int:
        return FEWEST_EVENTS + self._events

    @property
    def _events(self) -> int:
        return min(MOST_EVENTS - FEWEST_EVENTS, self.left)

    @property
    def _childcare(self) -> int:
        return min(MOST_CHILDCARE - FEWEST_CHILDCARE, self.left - self._events)


def _on_paper(found: list[cards.Card]) -> list[tuple[cards.Card, tuple[cards.CardLine, ...]]]:
    """Those that say something, each with its heading and first lines, as long as there is room."""
    shown, left = [], ROOM_FOR_CARDS
    for card in found:
        lines = card.lines[: min(MOST_LINES, left - 1)] if left > 1 else ()
        if lines:
            shown.append((card, lines))
            left -= 1 + len(lines)
    return shown


def _context(document: Document, around: Around, room: Room) -> dict[str, Any]:
    today = timezone.localdate()
    childcare = around.facilities(FacilityKind.CHILDCARE).order_by(*places.BY_NAME)
    offices = selectors.offices_of(around.ward)[:MOST_OFFICES]
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
        "childcare": [_place(row) for row in childcare[: room.childcare]],
        "events": [{"event": row, "shown": _name(row)} for row in around.events()[: room.events]],
        "offices": [(one.spoken_on(today), one.version_on(today)) for one in offices],
    }


def _drawn(numbered: list[Any], boundaries: list[Any]) -> dict[str, Any]:
    return {
        "places": [_place(row) for row in numbered],
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
