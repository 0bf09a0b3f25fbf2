"""現況届 at the section: what waits, who has not filed, one of them side by side with the register, one from paper."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import rows as rows_of
from chiba_ward.access.readlog import Verb
from chiba_ward.access.views_support import get_permitted, require_door
from chiba_ward.casework.acting import Acts, add_refusal
from chiba_ward.casework.enums import Channel
from chiba_ward.casework.refusals import Refused
from chiba_ward.ui.pagination import KeysetPaginator
from community import policy, years
from community.enums import RETURN_TONES, ContactKind, ReturnState, Visibility
from community.forms.annual import EnterForm
from community.models import AnnualReturn, CommunityOrg
from community.services import annual
from community.views.acts import RETURN_ACTS

ROWS = AnnualReturn.objects.select_related(
    "org__office", "org__ward", "written_by__person", "entered_by__person", "decided_by__person"
)
PAGE = 50
TABS = (("waiting", "確かめ待ち"), ("owing", "出ていない団体"), ("done", "受理・差し戻し"))


@staff_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    require_door(request)
    tab = request.GET.get("tab", "")
    tab = tab if tab in dict(TABS) else TABS[0][0]
    context = {
        "title": "現況届",
        "tabs": [{"label": label, "url": f"?tab={name}", "is_current": name == tab} for name, label in TABS],
        "tab": tab,
        "term": years.current(),
        **(_owing(request) if tab == "owing" else _filed(request, tab)),
    }
    return staff_page(request, "community/staff/returns.html", context)


def _filed(request: HttpRequest, tab: str) -> dict[str, Any]:
    mine = ROWS.visible_to(actor_of_request(request))
    if tab == "waiting":
        page = KeysetPaginator(mine.waiting(), ("submitted_at", "pk"), size=PAGE).page(request.GET)
    else:
        decided = mine.filter(state__in=[ReturnState.ACCEPTED, ReturnState.RETURNED])
        page = KeysetPaginator(decided, ("-decided_at", "pk"), size=PAGE).page(request.GET)
    readlog.saw("annual_return", [one.pk for one in page], verb=Verb.LIST)
    return {"page": page, "rows": [_row(one) for one in page]}


def _row(one: AnnualReturn) -> dict[str, Any]:
    state = ReturnState(one.state)
    return {
        "found": one,
        "org": one.org,
        "year": years.year_label(one.fiscal_year),
        "state": state.label,
        "tone": RETURN_TONES[state],
        "channel": Channel(one.channel).label,
    }


def _owing(request: HttpRequest) -> dict[str, Any]:
    """Of this fiscal year, whether or not its day has passed."""
    actor = actor_of_request(request)
    orgs = CommunityOrg.objects.visible_to(actor).filter(rows_of(actor, "community_org.write"))
    late = orgs.owing(years.current().fiscal_year).named().select_related("ward")
    page = KeysetPaginator(late, ("kana", "pk"), size=PAGE).page(request.GET)
    readlog.saw("community_org", [org.pk for org in page], verb=Verb.LIST)
    return {"page": page, "orgs": list(page)}


@staff_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    return show(request, get_permitted(request, ROWS, pk=pk))


@staff_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    return ON_RETURN.press(request, get_permitted(request, ROWS, pk=pk), name)


def show(
    request: HttpRequest, found: AnnualReturn, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    readlog.saw("annual_return", [found.pk])
    actor = actor_of_request(request)
    context = {**facts_of(found), **ON_RETURN.shown(found, actor, bound or {})}
    return staff_page(request, "community/staff/return.html", context, status=status)


def facts_of(found: AnnualReturn) -> dict[str, Any]:
    """What was declared, beside what the register says now."""
    return {
        "title": f"現況届　{found.org}　{years.year_label(found.fiscal_year)}",
        **_row(found),
        "compared": list(_compared(found)),
        "officers": [{**one, "starts_on": dt.date.fromisoformat(one["starts_on"])} for one in found.officers],
    }


def _compared(found: AnnualReturn) -> Any:
    """Label, the register's word, the declared one, whether they differ."""
    org, is_open = found.org, found.state != ReturnState.ACCEPTED
    figure = org.figures.order_by("-as_of").first()
    pairs = [
        ("団体の名称", str(org), found.name),
        ("よみ", org.kana, found.kana),
        ("活動の内容", org.activity, found.activity),
        ("加入世帯数", _households(figure.members if figure else None), _households(found.members)),
        ("区域の世帯数", _households(figure.households if figure else None), _households(found.households)),
    ]
    known = {row.kind: _contact(row.value, row.visibility) for row in org.contacts.all()}
    for kind in ContactKind:
        declared = found.contacts.get(kind.value, ["", ""])
        pairs.append((str(kind.label), known.get(kind.value, ""), _contact(*declared)))
    for label, now, then in pairs:
        if now or then:
            yield {"label": label, "now": now, "then": then, "differs": is_open and now != then}


def _contact(value: str, visibility: str) -> str:
    return f"{value}（{Visibility(visibility).label}）" if value else ""


def _households(number: int | None) -> str:
    return "" if number is None else f"{number:,}世帯"


@staff_required
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, pk: int) -> HttpResponseBase:
    """紙で届いた現況届を入力する: the same fields, the same checks."""
    rows = CommunityOrg.objects.select_related("office", "ward")
    org, actor = get_permitted(request, rows, pk=pk), actor_of_request(request)
    readlog.saw("community_org", [org.pk])
    term = years.current()
    form = EnterForm(request.POST or None, org=org, known=annual.prefilled(org, term.fiscal_year))
    if request.method == "POST" and form.is_valid():
        try:
            made = annual.enter(org.pk, by=actor, channel=form.cleaned_data["channel"], **form.words)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, "現況届を入力しました。つぎは、内容を確かめて受理します。")
            return redirect("community:return", made.pk)
    context = {"title": f"届いた現況届を入力する　{term.label}", "org": org, "form": form, "term": term}
    return staff_page(request, "community/staff/enter.html", context, status=422 if form.errors else 200)


ON_RETURN = Acts(
    keyword="found",
    known=RETURN_ACTS,
    open_to=policy.return_acts_open_to,
    moved="この現況届は、ほかの人が先に確かめました。いまの状態を見てください。",
    page="community:return",
    show=show,
)
