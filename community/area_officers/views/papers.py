"""引継書: written with the notebook beside it, read, received, printed."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import allows
from chiba_ward.access.readlog import Verb
from chiba_ward.access.views_support import get_permitted
from chiba_ward.casework.acting import Acts, add_refusal
from chiba_ward.casework.refusals import Refused
from chiba_ward.documents import services as documents
from community.area_officers import policy
from community.area_officers.documents import PAPER, promises_of
from community.area_officers.enums import HAND_OVER_TONES, AssignmentState, HandOverState, Part
from community.area_officers.forms.hand_over import WriteForm
from community.area_officers.models import AreaAssignment, AreaVisit, HandOver
from community.area_officers.services import hand_over
from community.area_officers.views.acts import PAPER_ACTS
from community.area_officers.views.promises import row_of

ROWS = HandOver.objects.whole()
SHOWN = 10


@staff_required
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, pk: int) -> HttpResponseBase:
    """途中まで保存する, or 出す. What was handed in is read, not written."""
    found = get_permitted(request, AreaAssignment.objects.whole(), pk=pk)
    if found.state == AssignmentState.ENDED:
        messages.info(request, "この担当の引継書は、すでに出されています。")
        return redirect("area_officers:assignment", found.pk)
    owed = hand_over.open_promises(found)
    form = WriteForm(request.POST or None, owed=owed, initial=hand_over.prefilled(found))
    if request.method == "POST" and form.is_valid():
        try:
            return _written(request, found, form)
        except Refused as refused:
            add_refusal(form, refused)
    return _page(request, found, form)


def _written(request: HttpRequest, found: AreaAssignment, form: WriteForm) -> HttpResponseBase:
    actor = actor_of_request(request)
    if request.POST.get("go") != "submit":
        hand_over.write(found.pk, by=actor, **form.words)
        messages.success(request, "途中まで保存しました。約束の答えは、出すときに選びます。")
        return redirect("area_officers:hand_over", found.pk)
    paper = hand_over.submit(found.pk, by=actor, answers=form.answers, **form.words)
    messages.success(
        request, "引継書を出しました。担当は、終わりの日に終わります。次の担当が読んで受領します。"
    )
    return redirect("area_officers:paper", paper.pk)


def _page(request: HttpRequest, found: AreaAssignment, form: WriteForm) -> HttpResponse:
    visits = list(
        AreaVisit.objects.filter(assignment__area=found.area).whole().order_by("-on", "-pk")[:SHOWN]
    )
    readlog.saw("area_visit", [one.pk for one in visits], verb=Verb.LIST)
    readlog.saw("area_promise", [one.pk for one in form.owed], verb=Verb.LIST)
    context = {
        "title": f"引継書を書く　{found.area.name}",
        "found": found,
        "part": Part(found.part).label,
        "form": form,
        "visits": visits,
        "is_for_another": found.officer != actor_of_request(request).posting,
    }
    status = 422 if form.errors else 200
    return staff_page(request, "area_officers/staff/hand_over.html", context, status=status)


@staff_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    return show(request, get_permitted(request, ROWS, pk=pk))


@staff_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    return ON_PAPER.press(request, get_permitted(request, ROWS, pk=pk), name)


@staff_required
@require_POST
def printed(request: HttpRequest, pk: int) -> HttpResponseBase:
    paper = get_permitted(request, ROWS, pk=pk)
    readlog.saw("area_hand_over", [paper.pk], verb=Verb.PRINT)
    with transaction.atomic():
        document = documents.request(
            PAPER,
            title=f"地域担当の引継書 {paper.number}",
            by=actor_of_request(request),
            params={"paper": paper.pk},
        )
    return redirect("documents:show", document.pk)


def show(
    request: HttpRequest, paper: HandOver, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    actor, state = actor_of_request(request), HandOverState(paper.state)
    promises = promises_of(paper)
    readlog.saw("area_hand_over", [paper.pk])
    readlog.saw("area_promise", [one.pk for one in promises], verb=Verb.LIST)
    context = {
        "title": f"引継書　{paper.assignment.area.name}",
        "paper": paper,
        "left": paper.assignment,
        "part": Part(paper.assignment.part).label,
        "state": state.label,
        "tone": HAND_OVER_TONES[state],
        "promises": [row_of(one) for one in promises],
        "may_print": allows(actor, "area_hand_over.print", paper),
        **ON_PAPER.shown(paper, actor, bound or {}),
    }
    return staff_page(request, "area_officers/staff/paper.html", context, status=status)


ON_PAPER = Acts(
    keyword="paper",
    known=PAPER_ACTS,
    open_to=policy.paper_acts_open_to,
    moved="この引継書は、すでに受領されています。",
    page="area_officers:paper",
    show=show,
)
