"""The association's own pages under /partner/community/: what is due, what the portal holds of it, its 現況届."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.decorators import partner_required
from chiba_ward.access.readlog import Verb
from chiba_ward.access.views_support import get_permitted, require_door
from chiba_ward.casework.acting import add_refusal
from chiba_ward.casework.refusals import Refused
from community import first_page, years
from community.enums import FILED, RETURN_TONES, WRITABLE, ReturnState
from community.forms.annual import DeclareForm
from community.models import AnnualReturn, CommunityOrg
from community.services import annual
from community.views.annual import ROWS as RETURNS
from community.views.annual import facts_of as facts_of_return
from community.views.orgs import ROWS, facts_of


@partner_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The first page of an officer: the organisation, and what it owes."""
    require_door(request)
    orgs = list(ROWS.visible_to(actor_of_request(request)).order_by("pk"))
    readlog.saw("community_org", [org.pk for org in orgs], verb=Verb.LIST)
    sections = first_page.sections_for(actor_of_request(request))
    for kind, pk in (one.shows for section in sections for one in section.waiting if one.shows):
        readlog.saw(kind, [pk], verb=Verb.LIST)
    rows = [{"org": org, **_due(org)} for org in orgs]
    context = {"title": "団体のページ", "rows": rows, "sections": sections}
    return render(request, "community/partner/index.html", context)


@partner_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    org, actor = get_permitted(request, ROWS, pk=pk), actor_of_request(request)
    readlog.saw("community_org", [org.pk])
    filed = org.returns.exclude(state=ReturnState.DRAFT).order_by("-fiscal_year")
    context = {
        **facts_of(actor, org),
        **_due(org),
        "figures": list(org.figures.order_by("-as_of")[:8]),
        "returns": [_line(one) for one in filed],
    }
    return render(request, "community/partner/org.html", context)


def _line(one: AnnualReturn) -> dict[str, Any]:
    state = ReturnState(one.state)
    year = years.year_label(one.fiscal_year)
    return {"row": one, "year": year, "state": state.label, "tone": RETURN_TONES[state]}


def _due(org: CommunityOrg) -> dict[str, Any]:
    """Whether a 現況届 is owed now, and how far it is."""
    term = years.current()
    mine = org.returns.filter(fiscal_year=term.fiscal_year).first()
    is_filed = mine is not None and mine.state in FILED
    is_asked = org.files_return and org.ended_on is None and term.is_open()
    return {
        "term": term,
        "mine": mine,
        "is_due": is_asked and not is_filed,
        "is_late": is_asked and not is_filed and term.is_overdue(),
        "is_returned": mine is not None and mine.state == ReturnState.RETURNED,
    }


@partner_required
@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest, pk: int) -> HttpResponseBase:
    """現況届を書く: kept with one button, filed with the other; what is refused stays typed."""
    org = get_permitted(request, ROWS, pk=pk)
    readlog.saw("community_org", [org.pk])
    term = years.current()
    mine = org.returns.filter(fiscal_year=term.fiscal_year).first()
    if request.method == "GET" and mine is not None and mine.state not in WRITABLE:
        return redirect("community_partner:return", mine.pk)
    form = DeclareForm(request.POST or None, org=org, known=annual.prefilled(org, term.fiscal_year))
    if request.method == "POST" and form.is_valid():
        try:
            return _kept(request, org, form)
        except Refused as refused:
            add_refusal(form, refused)
    context = {
        "title": f"現況届　{term.label}",
        "org": org,
        "form": form,
        "term": term,
        "mine": mine,
        "is_returned": mine is not None and mine.state == ReturnState.RETURNED,
    }
    return render(request, "community/partner/declare.html", context, status=422 if form.errors else 200)


def _kept(request: HttpRequest, org: CommunityOrg, form: DeclareForm) -> HttpResponseBase:
    actor = actor_of_request(request)
    if request.POST.get("go") == "submit":
        made = annual.submit(org.pk, by=actor, **form.words)
        messages.success(request, "提出しました。区役所が確かめると、結果がこのページに出ます。")
        return redirect("community_partner:return", made.pk)
    annual.write(org.pk, by=actor, **form.words)
    messages.success(request, "下書きを残しました。まだ提出していません。")
    return redirect("community_partner:declare", org.pk)


@partner_required
@require_safe
def one_return(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_permitted(request, RETURNS, pk=pk)
    readlog.saw("annual_return", [found.pk])
    context = {**facts_of_return(found), "may_write": found.state in WRITABLE}
    return render(request, "community/partner/return.html", context)
