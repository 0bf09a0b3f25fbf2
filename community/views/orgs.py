"""One organisation: its page with the acts, a new one, the change of an officer, the pack on paper."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import Actor, actor_of_request
from chiba_ward.access.decorators import partner_required, staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import allows
from chiba_ward.access.views_support import get_permitted, require_door
from chiba_ward.casework.acting import Acts, add_refusal
from chiba_ward.casework.refusals import Refused
from chiba_ward.documents import services as documents
from community import policy, years
from community.documents import PACK, terms_of
from community.enums import RETURN_TONES, OrgKind, ReturnState
from community.forms.org import HandOverForm, NewOrgForm
from community.models import CommunityOrg, OrgContact
from community.services import handover, orgs
from community.views.acts import ORG_ACTS
from community.views.listing import state_of

ROWS = CommunityOrg.objects.select_related("office", "ward", "merged_into__office")
LINES = 30


@staff_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    require_door(request)
    actor = actor_of_request(request)
    form = NewOrgForm(request.POST or None, actor=actor, initial=_own_ward(actor))
    if request.method == "POST" and form.is_valid():
        try:
            made = orgs.create(by=actor, **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, "台帳に載せました。つぎは、活動区域と連絡先を足します。")
            return redirect("community:org", made.pk)
    context = {"title": "団体を台帳に載せる", "form": form}
    return staff_page(request, "community/staff/new.html", context, status=422 if form.errors else 200)


def _own_ward(actor: Actor) -> dict[str, Any]:
    ward = actor.seat.post.office.ward
    return {"ward": ward.slug if ward else ""}


@staff_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    return show(request, get_permitted(request, ROWS, pk=pk))


@staff_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    return ON_ORG.press(request, get_permitted(request, ROWS, pk=pk), name)


def show(
    request: HttpRequest, org: CommunityOrg, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    actor, today = actor_of_request(request), timezone.localdate()
    readlog.saw("community_org", [org.pk])
    initial = {
        "confirm": {"initial": {"on": today}},
        "place": {"initial": {"since": today}},
        "figure": {"initial": {"as_of": today}},
    }
    is_desk = allows(actor, "community_org.write", org)
    context = {
        **facts_of(actor, org),
        "lines": list(org.lines.select_related("by__person").order_by("-at", "-pk")[:LINES]),
        "figures": list(org.figures.order_by("-as_of")[:8]) if is_desk else [],
        "is_desk": is_desk,
        "may_hand_over": policy.may_hand_over(actor, org),
        "may_print": allows(actor, "community_org.pack", org),
        "returns": _returns(org) if is_desk else [],
        "may_enter": is_desk and _may_enter(org),
        "term": years.current(),
        **ON_ORG.shown(org, actor, bound or {}, **initial),
    }
    return staff_page(request, "community/staff/org.html", context, status=status)


def facts_of(actor: Actor, org: CommunityOrg) -> dict[str, Any]:
    """What staff and officers read alike; contacts as far as each of them is meant for the reader."""
    state, tone = state_of(org)
    contacts = OrgContact.objects.visible_to(actor).filter(org=org)
    return {
        "title": str(org),
        "org": org,
        "kind": OrgKind(org.kind).label,
        "ward": org.ward.name if org.ward else "全市",
        "state": state,
        "tone": tone,
        "fields_of": "、".join(field.name for field in org.fields.order_by("order", "pk")),
        "places": list(org.places.valid_on().select_related("area__ward", "town__ward").order_by("pk")),
        "resources": list(org.resources.filter(ended_on__isnull=True).order_by("kind", "pk")),
        "contacts": list(contacts.order_by("kind")),
        "terms": [_term(one) for one in terms_of(org)] if _reads_terms(actor, org) else [],
    }


def _reads_terms(actor: Actor, org: CommunityOrg) -> bool:
    return allows(actor, "community_org.private_contacts", org)


def _term(posting: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {"posting": posting, "is_coming": posting.starts_on > today}


def _returns(org: CommunityOrg) -> list[dict[str, Any]]:
    filed = org.returns.exclude(state=ReturnState.DRAFT).order_by("-fiscal_year")
    rows = [(one, ReturnState(one.state)) for one in filed]
    return [
        {
            "row": one,
            "year": years.year_label(one.fiscal_year),
            "state": state.label,
            "tone": RETURN_TONES[state],
        }
        for one, state in rows
    ]


def _may_enter(org: CommunityOrg) -> bool:
    term = years.current()
    filed = org.returns.filter(fiscal_year=term.fiscal_year, state__in=["submitted", "accepted"])
    return org.ended_on is None and org.files_return and term.is_open() and not filed.exists()


@staff_required
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, pk: int) -> HttpResponseBase:
    """役員の交代, told by the association on paper or at the counter."""
    org, actor = get_permitted(request, ROWS, pk=pk), actor_of_request(request)
    readlog.saw("community_org", [org.pk])
    form = HandOverForm(request.POST or None, org=org, actor=actor, initial={"post": handover.CHAIR})
    if request.method == "POST" and form.is_valid():
        try:
            handover.hand_over(org.pk, by=actor, **form.words)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(
                request, "役員の交代を記録しました。引き継ぎの紙を印刷して、新しい役員に渡します。"
            )
            return redirect("community:org", org.pk)
    context = {
        "title": "役員の交代を記録する",
        "org": org,
        "form": form,
        "terms": [_term(one) for one in terms_of(org)],
    }
    return staff_page(request, "community/staff/hand_over.html", context, status=422 if form.errors else 200)


@staff_required
@require_POST
def pack(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _printed(request, get_permitted(request, ROWS, pk=pk))


@partner_required
@require_POST
def partner_pack(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _printed(request, get_permitted(request, ROWS, pk=pk))


def _printed(request: HttpRequest, org: CommunityOrg) -> HttpResponseBase:
    readlog.saw("community_org", [org.pk], verb=readlog.Verb.PRINT)
    with transaction.atomic():
        document = documents.request(
            PACK, title=f"役員の引き継ぎ {org.number}", by=actor_of_request(request), params={"org": org.pk}
        )
    return redirect("documents:show", document.pk)


ON_ORG = Acts(
    keyword="org",
    known=ORG_ACTS,
    open_to=policy.acts_open_to,
    moved="台帳が動いたので、この操作はもうできません。いまの状態を確かめてください。",
    page="community:org",
    show=show,
)
