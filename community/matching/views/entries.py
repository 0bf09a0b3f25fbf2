"""One 困りごと or できること at the section: entered from paper, checked, with what fits it and why."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import Actor, actor_of_request
from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import allows
from chiba_ward.access.readlog import Verb
from chiba_ward.access.views_support import get_permitted, require_door
from chiba_ward.casework.acting import Acts, add_refusal
from chiba_ward.casework.enums import Channel
from chiba_ward.casework.refusals import Refused
from community.matching import contacts, policy
from community.matching.enums import MATCH_TONES, ListingState, MatchState
from community.matching.forms.listing import EnteredListingForm
from community.matching.models import Match
from community.matching.proposals import Proposal
from community.matching.services import listings
from community.matching.views.listing import addresses, line_of
from community.matching.views.sides import KINDS, Kind

LINES = 30


@staff_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, side: str) -> HttpResponseBase:
    """紙・電話で届いたものを入力する: the same items as on the screen of an officer."""
    require_door(request)
    kind, actor = KINDS[side], actor_of_request(request)
    form = EnteredListingForm(request.POST or None, side=side, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            made = listings.enter(kind.model, by=actor, **form.words)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, "入力しました。つぎは、内容を確かめます。")
            return redirect(f"matching:{side}", made.pk)
    context = {"title": f"{kind.label}を入力する", "kind": kind, "form": form, **addresses(kind)}
    return staff_page(request, "matching/staff/new.html", context, status=422 if form.errors else 200)


@staff_required
@require_safe
def detail(request: HttpRequest, pk: int, side: str) -> HttpResponseBase:
    return show(request, get_permitted(request, KINDS[side].rows(), pk=pk))


@staff_required
@require_POST
def act(request: HttpRequest, pk: int, name: str, side: str) -> HttpResponseBase:
    return ON[side].press(request, get_permitted(request, KINDS[side].rows(), pk=pk), name)


def show(
    request: HttpRequest, row: Any, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    kind, actor = KINDS[policy.name_of(row)], actor_of_request(request)
    readlog.saw(kind.name, [row.pk])
    reads_person = row.org_id is None and allows(actor, f"{kind.name}.person", row)
    context = {
        **facts_of(row),
        "kind": kind,
        "title": row.title,
        "reads_person": reads_person,
        "is_held": reads_person and contacts.is_held(row),
        "checks": list(row.checks.select_related("item").order_by("item__order", "pk")),
        "lines": list(row.lines.select_related("by__person").order_by("-at", "-pk")[:LINES]),
        "matches": matches_of(actor, row),
        "proposals": _proposals(actor, kind, row),
        "may_propose": "propose" in policy.desk_acts(actor, row),
        **addresses(kind),
        **ON[kind.name].shown(row, actor, bound or {}),
    }
    return staff_page(request, "matching/staff/entry.html", context, status=status)


def facts_of(row: Any) -> dict[str, Any]:
    """What staff and the own organisation read alike."""
    return {**line_of(row), "channel": str(Channel(row.channel).label)}


def matches_of(actor: Actor, row: Any) -> list[dict[str, Any]]:
    mine = Match.objects.visible_to(actor).filter(**{policy.name_of(row): row})
    found = mine.select_related("need__org__office", "offer__org__office", "failure").order_by("-pk")
    return [line_of_match(one) for one in found]


def line_of_match(one: Match) -> dict[str, Any]:
    state = MatchState(one.state)
    return {"match": one, "state": state.label, "tone": MATCH_TONES[state]}


def _proposals(actor: Actor, kind: Kind, row: Any) -> list[Proposal]:
    """Of what the actor may read at all; while it looks for somebody."""
    if row.state != ListingState.OPEN or row.is_over or getattr(row, "is_full", False):
        return []
    found = kind.proposals(row)
    other = KINDS[kind.other]
    keys = [one.listing.pk for one in found]
    seen = set(
        other.model._default_manager.visible_to(actor).filter(pk__in=keys).values_list("pk", flat=True)
    )
    readlog.saw(other.name, sorted(seen), verb=Verb.LIST)
    return [one for one in found if one.listing.pk in seen]


ON = {
    name: Acts(
        keyword="row",
        known=kind.acts,
        open_to=policy.desk_acts,
        moved="ほかの人の操作で状態が変わったので、この操作はもうできません。いまの状態を確かめてください。",
        page=f"matching:{name}",
        show=show,
    )
    for name, kind in KINDS.items()
}
