"""区の間の移管: what a section was asked, what it has asked, and the sheet on which a person answers by name."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.readlog import Verb
from chiba_ward.access.views_support import get_permitted, require_door
from chiba_ward.ui.pagination import KeysetPaginator
from consultations import choices
from consultations.centre import names, policy
from consultations.centre.enums import TRANSFER_TONES, Category, TransferState
from consultations.centre.models import CaseTransfer
from consultations.centre.views.acts import TRANSFER_ACTS
from consultations.views.acting import Acts

ROWS = CaseTransfer.objects.select_related(
    "consultation__matter", "entry", "asked_by__person", "accepted_by__person", "returned_by__person"
)
TABS = (("offered", "返事をする"), ("ours", "自分の課が頼んだ"), ("all", "すべて"))
PAGE = 50


@staff_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    require_door(request)
    actor, tab = actor_of_request(request), request.GET.get("tab", "")
    tab = tab if tab in dict(TABS) else TABS[0][0]
    seen = CaseTransfer.objects.visible_to(actor)
    rows = {
        "offered": CaseTransfer.objects.offered_to(actor),
        "ours": seen.filter(from_office=actor.office_id),
        "all": seen,
    }[tab]
    found = rows.select_related("consultation__matter", "entry")
    page = KeysetPaginator(found, ("-asked_at", "-pk"), size=PAGE).page(request.GET)
    matters = [one.consultation_id for one in page]
    readlog.saw("case_transfer", [one.pk for one in page], verb=Verb.LIST, matters=matters)
    centre = names.of_actor(actor)
    context = {
        "title": f"{centre.name}　区の間の移管",
        "centre": centre,
        "tabs": [{"label": label, "url": f"?tab={name}", "is_current": name == tab} for name, label in TABS],
        "page": page,
        "rows": [_row(one) for one in page],
    }
    return staff_page(request, "centre/staff/transfers.html", context)


@staff_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    return show(request, get_permitted(request, ROWS, pk=pk))


@staff_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """After the answer the sheet is read by whoever has the case; whoever has returned it goes back to the list."""
    answer = ON_TRANSFER.press(request, get_permitted(request, ROWS, pk=pk), name)
    if name == "give_back" and answer.status_code == HTTPStatus.FOUND:
        return redirect("centre:transfers")
    return answer


def show(
    request: HttpRequest, transfer: CaseTransfer, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """区分, next date, reason and the telephone call; nothing of the case (until it is accepted)."""
    actor = actor_of_request(request)
    readlog.saw("case_transfer", [transfer.pk], matters=[transfer.consultation_id])
    acts = ON_TRANSFER.shown(transfer, actor, bound or {})
    context = {
        **_row(transfer),
        **acts,
        "title": f"区の間の移管　{transfer.consultation.receipt_no}",
        "centre": names.of_actor(actor),
        "sees_entry": type(transfer.entry).objects.visible_to(actor).filter(pk=transfer.entry_id).exists(),
        "is_asked": any(name == "accept" for name, _, _ in acts["acts"]),
    }
    return staff_page(request, "centre/staff/transfer.html", context, status=status)


def _row(transfer: CaseTransfer) -> dict[str, Any]:
    state, offices = TransferState(transfer.state), choices.office_names()
    return {
        "transfer": transfer,
        "number": transfer.consultation.receipt_no,
        "category": Category(transfer.entry.category).label,
        "next_on": transfer.entry.next_on,
        "from": offices.get(transfer.from_office_id, ""),
        "to": offices.get(transfer.to_office_id, ""),
        "state": state.label,
        "tone": TRANSFER_TONES[state],
    }


ON_TRANSFER = Acts(
    keyword="transfer",
    known=TRANSFER_ACTS,
    open_to=policy.transfer_acts_open_to,
    moved="移管が動いたので、この操作はもうできません。いまの状態を確かめてください。",
    page="centre:transfer",
    show=show,
)
