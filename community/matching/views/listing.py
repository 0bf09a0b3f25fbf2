"""困りごと and できること as lists: filtered by the address, in pages, as a file and on paper. No contact stands in them."""

from typing import Any

from django.db.models import Q
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
from chiba_ward.casework.enums import Channel
from chiba_ward.ui.files import csv_file
from chiba_ward.ui.narrowing import Narrowing
from chiba_ward.ui.pagination import KeysetPaginator
from community.matching.choices import places_in_words
from community.matching.enums import LISTING_TONES, ListingState
from community.matching.forms.filters import ListingFilter
from community.matching.models import Listing
from community.matching.views.numbers import key_of
from community.matching.views.sides import KINDS, Kind
from community.models import CommunityOrg

PAGE, MOST_ON_PAPER = 50, 300
ORDER = ("-pk",)
HEAD = (
    "番号", "題名", "団体", "分野", "種類", "場所", "時間帯", "人数", "一回だけ", "受け持つ区", "受付経路",
    "届いた日", "載せておく最後の日", "状態",
)  # fmt: skip


class Chosen(Narrowing):
    """What the address asks for, over the rows that `right` gives."""

    def __init__(self, request: HttpRequest, kind: Kind, right: str) -> None:
        actor = actor_of_request(request)
        self.kind = kind
        super().__init__(request, ListingFilter(request.GET or None))
        mine = kind.rows().visible_to(actor).filter(rows_of(actor, f"{kind.name}.{right}"))
        self.rows = mine.filter(self._wanted())

    def _wanted(self) -> Q:
        given, wanted = self.given, Q()
        for name in ("state", "theme", "kind"):
            if given.get(name):
                wanted &= Q(**{name: given[name]})
        if ward := given.get("ward"):
            wanted &= Q(ward__isnull=True) if ward == "city" else Q(ward__slug=ward)
        if given.get("micro"):
            wanted &= Q(is_micro=True)
        if words := given.get("q"):
            wanted &= told_by(self.kind.model, words)
        return wanted


def told_by(model: type[Listing], words: str, path: str = "") -> Q:
    """By a part of the title, of the name of the organisation today, or by the number."""
    orgs = CommunityOrg.objects.named().filter(label__contains=words).order_by().values("pk")
    found = Q(**{f"{path}title__contains": words}) | Q(**{f"{path}org__in": orgs})
    key = key_of(model, words)
    return found | Q(**{f"{path}pk": key}) if key else found


@staff_required
@require_safe
def index(request: HttpRequest, side: str) -> HttpResponse:
    require_door(request)
    kind, actor = KINDS[side], actor_of_request(request)
    chosen = Chosen(request, kind, "list")
    page = KeysetPaginator(chosen.rows, ORDER, size=PAGE).page(request.GET)
    readlog.saw(kind.name, [row.pk for row in page], verb=Verb.LIST, words=chosen.words)
    context = {
        "title": kind.label,
        "kind": kind,
        "chosen": chosen,
        "filter": chosen.form,
        "page": page,
        "rows": [line_of(row) for row in page],
        "may_add": allows(actor, f"{kind.name}.add"),
        "may_export": allows(actor, f"{kind.name}.export"),
        **addresses(kind),
    }
    return staff_page(request, "matching/staff/listings.html", context)


def addresses(kind: Kind) -> dict[str, str]:
    """Names of routes, so that one template serves both tables."""
    stem = f"matching:{kind.name}"
    return {
        "one_url": stem,
        "list_url": f"{stem}s",
        "csv_url": f"{stem}s_csv",
        "print_url": f"{stem}s_print",
        "new_url": f"{stem}_new",
        "act_url_name": f"{stem}_act",
        "other_url": f"matching:{kind.other}",
    }


@staff_required
@require_safe
@fresh_sign_in_required(back="matching:needs")
def needs_csv(request: HttpRequest) -> HttpResponse:
    """Exactly the rows of the list as it is filtered."""
    return _file(request, KINDS["need"])


@staff_required
@require_safe
@fresh_sign_in_required(back="matching:offers")
def offers_csv(request: HttpRequest) -> HttpResponse:
    """Exactly the rows of the list as it is filtered."""
    return _file(request, KINDS["offer"])


def _file(request: HttpRequest, kind: Kind) -> HttpResponse:
    require_door(request)
    chosen = Chosen(request, kind, "export")
    rows = list(chosen.rows.order_by(*ORDER))
    readlog.saw(kind.name, [row.pk for row in rows], verb=Verb.EXPORT, words=chosen.words)
    return csv_file(f"{kind.name}s", timezone.localdate(), HEAD, map(_cells, rows))


@staff_required
@require_safe
def on_paper(request: HttpRequest, side: str) -> HttpResponse:
    require_door(request)
    kind = KINDS[side]
    chosen = Chosen(request, kind, "export")
    rows = list(chosen.rows.order_by(*ORDER)[: MOST_ON_PAPER + 1])
    shown = rows[:MOST_ON_PAPER]
    readlog.saw(kind.name, [row.pk for row in shown], verb=Verb.PRINT, words=chosen.words)
    context = {
        "title": f"{kind.label}（印刷用）",
        "kind": kind,
        "rows": [line_of(row) for row in shown],
        "is_cut": len(rows) > MOST_ON_PAPER,
        "most": MOST_ON_PAPER,
        **addresses(kind),
    }
    return staff_page(request, "matching/staff/listings_print.html", context)


def line_of(row: Any) -> dict[str, Any]:
    state, tone = state_of(row)
    return {
        "row": row,
        "who": row.who,
        "place": places_in_words(row),
        "ward": row.ward.name if row.ward else "全市",
        "state": state,
        "tone": tone,
    }


def state_of(row: Any) -> tuple[str, str]:
    """A word for how the entry stands, and its tone."""
    state = ListingState(row.state)
    if state == ListingState.OPEN and row.is_over:
        return str(ListingState.EXPIRED.label), LISTING_TONES[ListingState.EXPIRED]
    if state == ListingState.OPEN and getattr(row, "is_full", False):
        return "件数がいっぱい", "waiting"
    return str(state.label), LISTING_TONES[state]


def _cells(row: Any) -> tuple[object, ...]:
    line = line_of(row)
    return (
        row.number, row.title, line["who"], str(row.theme), row.get_kind_display(), line["place"], row.when,
        row.people or "", "はい" if row.is_micro else "", line["ward"], str(Channel(row.channel).label),
        timezone.localtime(row.submitted_at).date() if row.submitted_at else "", row.expires_on, line["state"],
    )  # fmt: skip
