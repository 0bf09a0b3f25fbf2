"""The page on which somebody asks for a sealed matter by its number, and the list on which that is looked at."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.decorators import actor_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.readlog import Verb
from chiba_ward.access.request import PortalRequest
from chiba_ward.casework import matters
from chiba_ward.casework.models import Matter
from chiba_ward.compartments import services as compartments
from chiba_ward.compartments.models import BreakGlass
from chiba_ward.compartments.services import NotPossible
from chiba_ward.directory.selectors import heads_above
from chiba_ward.disclosure.emergency import services
from chiba_ward.disclosure.emergency.forms import AskForm, ReviewForm
from chiba_ward.ui.pagination import KeysetPaginator

TABS = (("", "これから確かめる"), ("reviewed", "確かめた"))
NOT_FOUND = "見つかりません。区画にある案件の番号ではありません。番号を確かめてください。求めたことは記録し、所属長と監査に知らせました。"


@actor_required(services.may_ask)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: PortalRequest) -> HttpResponse:
    """Number and reason, then what will happen, then the act. Up to the act every number is answered alike."""
    if request.method != "POST":
        return _form(request, AskForm())
    form = AskForm(request.POST)
    if not form.is_valid():
        return _form(request, form, status=422)
    if known := services.open_already(form.cleaned_data["number"], request.actor):
        messages.info(request, "この件は、緊急の開示をしなくても開けます。")
        return _to_page_of(known)
    if "edit" in request.POST:
        return _form(request, form)
    if "sure" not in request.POST:
        return _confirm(request, form)
    return _asked(request, form)


def _asked(request: PortalRequest, form: AskForm) -> HttpResponse:
    try:
        asked = services.ask(by=request.actor, **form.cleaned_data)
    except NotPossible as refused:
        form.add_error("reason", refused.message)
        return _form(request, form, status=422)
    readlog.saw(
        "break_glass",
        [asked.pk],
        verb=Verb.GLASS_BROKEN,
        matters=[asked.matter_pk] if asked.matter_pk else [],
    )
    if asked.matter_pk is None:
        form.add_error("number", NOT_FOUND)
        return _form(request, form, status=422)
    with compartments.opened_by_key(asked.matter_pk):
        matter = Matter.objects.get(pk=asked.matter_pk)
    messages.warning(request, "緊急の開示で開きました。60分で閉じます。所属長と監査に知らせました。")
    return _to_page_of(matter)


def _to_page_of(matter: Matter) -> HttpResponse:
    known = matters.kind_of(matter)
    if known is None or not known.staff_view:
        raise Http404
    return redirect(known.staff_view, matter.receipt_no)


def _form(request: PortalRequest, form: AskForm, status: int = 200) -> HttpResponse:
    context = {"title": "緊急の開示", "form": form, "office": _supervisor(request)}
    return staff_page(request, "disclosure/emergency_ask.html", context, status=status)


def _confirm(request: PortalRequest, form: AskForm) -> HttpResponse:
    context = {
        "title": "緊急の開示の前の確認",
        "number": form.cleaned_data["number"],
        "reason": form.cleaned_data["reason"],
        "office": _supervisor(request),
    }
    return staff_page(request, "disclosure/emergency_confirm.html", context)


def _supervisor(request: PortalRequest) -> Any:
    seat = request.actor.seat
    return heads_above(seat.post.office, besides=seat)[0]


@actor_required(services.may_review)
@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """Requests of one's people, or of everybody for auditors; the oldest first until somebody has looked at it."""
    return _list(request)


def _list(
    request: PortalRequest, failed: ReviewForm | None = None, pk: int = 0, status: int = 200
) -> HttpResponse:
    tab = "reviewed" if request.GET.get("tab") == "reviewed" else ""
    mine = BreakGlass.objects.visible_to(request.actor)
    rows = mine.exclude(reviewed_at=None) if tab else mine.to_review()
    order = ("-asked_at", "-pk") if tab else ("asked_at", "pk")
    joined = rows.select_related("posting__person", "posting__post__office", "reviewed_by__person")
    page = KeysetPaginator(joined, order).page(request.GET)
    shown = list(page)
    readlog.saw(
        "break_glass",
        [row.pk for row in shown],
        verb=Verb.LIST,
        matters=[row.matter_pk for row in shown if row.matter_pk],
    )
    context = {
        "title": "緊急の開示（確認）",
        "tab": tab,
        "tabs": [{"label": label, "url": f"?tab={name}", "is_current": name == tab} for name, label in TABS],
        "page": page,
        "rows": [
            (row, failed if failed and row.pk == pk else ReviewForm(prefix=f"r{row.pk}")) for row in shown
        ],
    }
    return staff_page(request, "disclosure/emergency_reviews.html", context, status=status)


@actor_required(services.may_review)
@require_POST
def reviewed(request: PortalRequest, pk: int) -> HttpResponse:
    """正当 or 不当, with what there is to say."""
    form = ReviewForm(request.POST, prefix=f"r{pk}")
    if not BreakGlass.objects.visible_to(request.actor).filter(pk=pk).exists():
        raise Http404
    if not form.is_valid():
        return _list(request, form, pk, status=422)
    try:
        services.review(pk, by=request.actor, **form.cleaned_data)
    except NotPossible as refused:
        messages.error(request, refused.message)
        return redirect(f"{reverse('break_glass:index')}?tab=reviewed")
    messages.success(request, "確かめたことを記録しました。")
    return redirect("break_glass:index")
