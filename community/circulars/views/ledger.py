"""既読・紙・未 of one circular: by 班, for the city by association first. Which household has read, nobody is shown."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.fresh import ask_again, is_fresh
from chiba_ward.access.policy import allows
from chiba_ward.access.views_support import get_permitted
from chiba_ward.casework.enums import Channel
from chiba_ward.casework.refusals import Refused
from chiba_ward.ui.files import csv_file
from chiba_ward.ui.pagination import KeysetPaginator
from community.circulars import selectors
from community.circulars.enums import CircularState
from community.circulars.models import CircularRecipient, ECircular
from community.circulars.services import ledger
from community.circulars.views.circulars import ROWS, own_orgs
from community.circulars.views.faces import face_of, page
from community.models import CommunityOrg

SIZE = 50
# Counted before they are shown one by one: above this many the ledger begins with the associations.
MOST_GROUPS = 100
CHANNELS = [(one.value, one.label) for one in (Channel.TELEPHONE, Channel.COUNTER, Channel.VISIT)]
HEAD = ("番号", "団体", "班", "世帯", "既読", "紙", "未", "紙の世帯", "紙が回り終わった日")
TURNS = {
    "close": (ledger.close, "紙が回り終わった班にしました。"),
    "reopen": (ledger.reopen, "元に戻しました。"),
}


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    circular = get_permitted(request, ROWS, pk=pk)
    return _show(request, circular)


def _show(request: HttpRequest, circular: ECircular, status: int = 200) -> HttpResponse:
    """By 班 where one association is looked at or the circular is small, else by association."""
    if circular.state == CircularState.DRAFT:
        raise Http404
    actor = actor_of_request(request)
    chosen = _chosen(request, circular)
    orgs = own_orgs(actor, circular) or ([chosen.pk] if chosen else None)
    tally = selectors.tally(circular, orgs)
    by_group = orgs is not None or tally.groups <= MOST_GROUPS
    unread = request.GET.get("show") == "unread"
    context = {
        "title": "既読・紙・未",
        "circular": circular,
        "tally": tally,
        "chosen": chosen,
        "unread": unread,
        "tabs": _tabs(request, unread=unread),
        "query": request.GET.urlencode(),
        "may_tick": circular.is_current and allows(actor, "e_circular.tick", circular),
        "may_export": allows(actor, "e_circular.ledger_file", circular),
        "channels": CHANNELS,
        **(
            _by_group(circular, orgs, unread=unread)
            if by_group
            else _by_org(request, circular, unread=unread)
        ),
    }
    return page(request, "circulars/ledger.html", context, status=status)


def _chosen(request: HttpRequest, circular: ECircular) -> CommunityOrg | None:
    wanted = request.GET.get("org", "")
    if not (wanted.isascii() and wanted.isdigit()):
        return None
    return selectors.orgs_of(circular).filter(pk=int(wanted[:9])).first()


def _tabs(request: HttpRequest, *, unread: bool) -> list[dict[str, Any]]:
    query = request.GET.copy()
    for key in ("show", "after", "before"):
        query.pop(key, None)
    everything = query.urlencode()
    query["show"] = "unread"
    return [
        {"label": "すべて", "url": f"?{everything}", "is_current": not unread},
        {"label": "未だけ", "url": f"?{query.urlencode()}", "is_current": unread},
    ]


def _by_group(circular: ECircular, orgs: list[int] | None, *, unread: bool) -> dict[str, Any]:
    rows = selectors.recipients_of(circular)
    rows = rows if orgs is None else rows.filter(org__in=orgs)
    rows = list(rows.filter(unread__gt=0) if unread else rows)
    return {"groups": rows, "several_orgs": len({row.org_id for row in rows}) > 1}


def _by_org(request: HttpRequest, circular: ECircular, *, unread: bool) -> dict[str, Any]:
    orgs = selectors.orgs_of(circular)
    if unread:
        counted = selectors.tally_by_org(circular)
        orgs = orgs.filter(pk__in=[pk for pk, one in counted.items() if one.unread])
    found: Any = KeysetPaginator(orgs, ("kana", "pk"), size=SIZE).page(request.GET)
    tallies = selectors.tally_by_org(circular, [org.pk for org in found])
    return {"page": found, "orgs": [(org, tallies[org.pk]) for org in found]}


@require_safe
def csv(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every 班 of the ledger; a sign-in of long ago is proved again."""
    circular = get_permitted(request, ROWS, pk=pk)
    if circular.state == CircularState.DRAFT:
        raise Http404
    if not is_fresh(request):
        back = reverse(f"{face_of(request)}:ledger", args=[pk])
        return ask_again(request, back, "そのあと、もう一度CSVを押してください。")
    rows = selectors.recipients_of(circular).of(actor_of_request(request))
    return csv_file(
        f"circular-{circular.pk}", timezone.localdate(), HEAD, (_cells(circular, row) for row in rows)
    )


def _cells(circular: ECircular, row: Any) -> tuple[object, ...]:
    closed = timezone.localtime(row.closed_at).date() if row.closed_at else ""
    counts = (row.households, row.read, row.on_paper, row.unread, row.paper)
    return (circular.number, str(row.org), row.group.name, *counts, closed)


@require_POST
def turn(request: HttpRequest, pk: int, recipient: int, name: str) -> HttpResponseBase:
    """One tick for a paper 班, or its undoing; by a clerk with how the word came."""
    circular = get_permitted(request, ROWS, pk=pk)
    if name not in TURNS:
        raise Http404
    act, said = TURNS[name]
    channel = request.POST.get("channel", "")
    channel = channel if channel in dict(CHANNELS) else Channel.WEB
    if not circular.recipients.filter(pk=recipient).exists():
        raise Http404
    try:
        act(recipient, by=actor_of_request(request), channel=channel)
    except CircularRecipient.DoesNotExist:
        raise Http404 from None
    except Refused as refused:
        messages.error(request, refused.message)
        return _show(request, circular, status=409)
    messages.success(request, said)
    query = request.GET.urlencode()
    return redirect(
        reverse(f"{face_of(request)}:ledger", args=[pk]) + (f"?{query}" if query else "") + f"#g{recipient}"
    )
