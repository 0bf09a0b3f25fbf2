"""An organisation's own pages under /partner/matching/: what it needs, what it offers, what waits for its answer."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import Actor, actor_of_request
from chiba_ward.access.decorators import partner_required
from chiba_ward.access.policy import rows as rows_of
from chiba_ward.access.readlog import Verb
from chiba_ward.access.views_support import get_permitted, require_door
from chiba_ward.casework.acting import Acts, add_refusal
from chiba_ward.casework.refusals import Refused
from community.matching import policy
from community.matching.enums import ListingState, Side
from community.matching.forms.listing import OwnListingForm
from community.matching.models import Listing, Match
from community.matching.services import listings
from community.matching.views.acts import ANSWER_ACTS
from community.matching.views.entries import facts_of, line_of_match
from community.matching.views.listing import line_of
from community.matching.views.matches import ROWS as MATCHES
from community.matching.views.matches import line_of as match_line
from community.matching.views.matches import side_of
from community.matching.views.sides import KINDS, Kind
from community.models import CommunityOrg


@partner_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    require_door(request)
    actor = actor_of_request(request)
    found = list(MATCHES.visible_to(actor).order_by("-pk"))
    readlog.saw("match", [one.pk for one in found], verb=Verb.LIST)
    context = {
        "title": "困りごと・できること",
        "groups": [_group(actor, kind) for kind in KINDS.values()],
        "waiting": [match_line(one) for one in found if policy.answer_acts(actor, one)],
        "matches": [match_line(one) for one in found],
    }
    return render(request, "matching/partner/index.html", context)


def _group(actor: Actor, kind: Kind) -> dict[str, Any]:
    """Its own alone; what others wrote it reads on the page of a 仲介."""
    mine = list(kind.rows().visible_to(actor).filter(rows_of(actor, f"{kind.name}.write")).order_by("-pk"))
    readlog.saw(kind.name, [row.pk for row in mine], verb=Verb.LIST)
    return {"kind": kind, "rows": [line_of(row) for row in mine], **_addresses(kind)}


def _addresses(kind: Kind) -> dict[str, str]:
    stem = f"matching_partner:{kind.name}"
    return {
        "one_url": stem,
        "new_url": f"{stem}_new",
        "edit_url": f"{stem}_edit",
        "act_url_name": f"{stem}_act",
    }


@partner_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, side: str) -> HttpResponseBase:
    require_door(request)
    return _written(request, KINDS[side], _own_org(actor_of_request(request)), None)


@partner_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int, side: str) -> HttpResponseBase:
    """Before it is submitted, and after it was given back."""
    kind = KINDS[side]
    row = get_permitted(request, kind.rows(), pk=pk)
    readlog.saw(kind.name, [row.pk])
    if not policy.may_write(actor_of_request(request), row):
        messages.error(request, "提出したあとは、直せません。取り下げるか、区役所に連絡してください。")
        return redirect(f"matching_partner:{side}", row.pk)
    return _written(request, kind, row.org, row)


def _own_org(actor: Actor) -> CommunityOrg | None:
    """Of this office, unless it is no more; the policy has asked that there can be one."""
    return (
        CommunityOrg.objects.filter(office=actor.office_id).active().select_related("ward", "office").first()
    )


def _written(
    request: HttpRequest, kind: Kind, org: CommunityOrg | None, row: Listing | None
) -> HttpResponseBase:
    """Kept with one button, filed with the other; what is refused stays typed."""
    form = OwnListingForm(request.POST or None, side=kind.name, ward=org.ward_id if org else None, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            return _kept(request, kind, org, row, form)
        except Refused as refused:
            add_refusal(form, refused)
    context = {
        "title": f"{kind.label}を{'直す' if row else '登録する'}",
        "kind": kind,
        "org": org,
        "row": row,
        "form": form,
        "is_returned": row is not None and row.state == ListingState.RETURNED,
    }
    return render(request, "matching/partner/write.html", context, status=422 if form.errors else 200)


def _kept(
    request: HttpRequest, kind: Kind, org: CommunityOrg | None, row: Listing | None, form: OwnListingForm
) -> HttpResponseBase:
    if org is None:
        raise Refused("団体が登録されていません。区役所の地域づくり支援課に連絡してください。")
    is_filed = request.POST.get("go") == "submit"
    pk = row.pk if row else None
    actor = actor_of_request(request)
    made = listings.write(kind.model, by=actor, org=org, pk=pk, file=is_filed, **form.words)
    done = "提出しました。区役所が確かめると、相手をさがし始めます。"
    messages.success(request, done if is_filed else "下書きを残しました。まだ提出していません。")
    return redirect(f"matching_partner:{kind.name}", made.pk)


@partner_required
@require_safe
def detail(request: HttpRequest, pk: int, side: str) -> HttpResponseBase:
    return show(request, get_permitted(request, KINDS[side].rows(), pk=pk))


@partner_required
@require_POST
def act(request: HttpRequest, pk: int, name: str, side: str) -> HttpResponseBase:
    return ON[side].press(request, get_permitted(request, KINDS[side].rows(), pk=pk), name)


def show(
    request: HttpRequest, row: Any, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    kind, actor = KINDS[policy.name_of(row)], actor_of_request(request)
    readlog.saw(kind.name, [row.pk])
    mine = Match.objects.visible_to(actor).filter(**{kind.name: row})
    found = mine.select_related("need__org__office", "offer__org__office").order_by("-pk")
    context = {
        **facts_of(row),
        "title": row.title,
        "kind": kind,
        "may_write": policy.may_write(actor, row),
        "matches": [line_of_match(one) for one in found],
        **_addresses(kind),
        **ON[kind.name].shown(row, actor, bound or {}),
    }
    return render(request, "matching/partner/entry.html", context, status=status)


@partner_required
@require_safe
def match(request: HttpRequest, pk: int) -> HttpResponseBase:
    return show_match(request, get_permitted(request, MATCHES, pk=pk))


@partner_required
@require_POST
def match_act(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    return ON_MATCH.press(request, get_permitted(request, MATCHES, pk=pk), name)


def show_match(
    request: HttpRequest, match: Match, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Both sides as they were checked; how to reach the other only once both have agreed."""
    readlog.saw("match", [match.pk])
    actor = actor_of_request(request)
    own = policy.sides_of(actor, match)
    context = {
        "title": f"仲介　{match.need.title}",
        **match_line(match),
        "sides": [{**side_of(match, side), "is_own": side in own} for side in Side],
        **ON_MATCH.shown(match, actor, bound or {}),
    }
    return render(request, "matching/partner/match.html", context, status=status)


ON = {
    name: Acts(
        keyword="row",
        known=kind.own_acts,
        open_to=policy.own_acts,
        moved="状態が変わったので、この操作はもうできません。",
        page=f"matching_partner:{name}",
        show=show,
    )
    for name, kind in KINDS.items()
}
ON_MATCH = Acts(
    keyword="match",
    known=ANSWER_ACTS,
    open_to=policy.answer_acts,
    moved="この仲介は、もう返事を待っていません。いまの状態を見てください。",
    page="matching_partner:match",
    show=show_match,
)
