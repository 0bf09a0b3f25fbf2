"""The page that asks for a reason, and the list on which a head looks at those of their people (C21)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.decorators import actor_required, staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.readlog import Verb
from chiba_ward.access.request import PortalRequest
from chiba_ward.casework import matters, outside_duty
from chiba_ward.casework.forms import LookedForm, ReasonForm
from chiba_ward.casework.models import Matter, OutsideDutyReason
from chiba_ward.directory.selectors import heads_above
from chiba_ward.ui.pagination import KeysetPaginator

TABS = (("", "これから確かめる"), ("looked", "確かめた"))


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def reason(request: PortalRequest, number: str) -> HttpResponse:
    """Nothing of the matter is shown here but the number that was asked for."""
    matter = _visible(request, number)
    following = _following(request, matter)
    if outside_duty.may_open(request.actor, matter):
        return redirect(following)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        outside_duty.give_reason(request.actor, matter, **form.cleaned_data)
        return redirect(following)
    readlog.saw("outside_duty", [], verb=Verb.REASON_ASKED, matters=[matter.pk])
    office, _ = heads_above(request.actor.seat.post.office, besides=request.actor.seat)
    context = {
        "title": "理由を書いて開く",
        "number": number,
        "form": form,
        "next": following,
        "office": office,
    }
    return staff_page(
        request, "casework/outside_duty_reason.html", context, status=422 if form.errors else 200
    )


def _visible(request: HttpRequest, number: str) -> Matter:
    matter = Matter.objects.filter(receipt_no=number.replace("\x00", "")).first()
    if matter is None or not matters.may_see(matter, actor_of_request(request)):
        raise Http404
    return matter


def _following(request: HttpRequest, matter: Matter) -> str:
    """Where the reader wanted to go; a page of this site, or the matter's own."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    known = matters.kind_of(matter)
    return reverse(known.staff_view, args=[matter.receipt_no]) if known and known.staff_view else "/admin/"


@actor_required(outside_duty.may_review)
@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """担当外の閲覧 of the office's people, the oldest first until somebody has looked at it."""
    return _list(request)


def _list(
    request: PortalRequest, failed: LookedForm | None = None, pk: int = 0, status: int = 200
) -> HttpResponse:
    tab = "looked" if request.GET.get("tab") == "looked" else ""
    mine = OutsideDutyReason.objects.visible_to(request.actor)
    rows = mine.exclude(looked_at=None) if tab else mine.to_look_at()
    order = ("-given_at", "-pk") if tab else ("given_at", "pk")
    joined = rows.select_related("matter", "posting__person", "posting__post", "looked_by__person")
    page = KeysetPaginator(joined, order).page(request.GET)
    readlog.saw("outside_duty", [row.pk for row in page], verb=Verb.LIST)
    context: dict[str, Any] = {
        "title": "担当外の閲覧",
        "tab": tab,
        "tabs": [{"label": label, "url": f"?tab={name}", "is_current": name == tab} for name, label in TABS],
        "page": page,
        "rows": [
            (row, failed if failed and row.pk == pk else LookedForm(prefix=f"r{row.pk}"), _page_of(row))
            for row in page
        ],
    }
    return staff_page(request, "casework/outside_duty.html", context, status=status)


def _page_of(row: OutsideDutyReason) -> str:
    known = matters.kind_of(row.matter)
    return reverse(known.staff_view, args=[row.matter.receipt_no]) if known and known.staff_view else ""


@actor_required(outside_duty.may_review)
@require_POST
def looked(request: PortalRequest, pk: int) -> HttpResponse:
    """確かめた, with a note if there is something to say."""
    form = LookedForm(request.POST, prefix=f"r{pk}")
    if not form.is_valid():
        return _list(request, form, pk, status=422)
    try:
        outside_duty.look(pk, by=request.actor, note=form.cleaned_data["note"])
    except OutsideDutyReason.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, "確かめたことを記録しました。")
    return redirect("outside_duty:index")
