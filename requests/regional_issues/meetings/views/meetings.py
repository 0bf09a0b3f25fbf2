"""調整会議: the list, a new one, and the page of one with what may be done."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access.actor import Actor, actor_of_request
from chiba_ward.access.decorators import fresh_sign_in_required
from chiba_ward.access.policy import allows
from chiba_ward.access.views_support import get_permitted, require_door
from chiba_ward.casework.acting import Acts, add_refusal
from chiba_ward.casework.refusals import Refused
from chiba_ward.ui.files import csv_file
from chiba_ward.ui.narrowing import Narrowing
from chiba_ward.ui.pagination import KeysetPaginator
from regional_issues.meetings import policy, selectors
from regional_issues.meetings.enums import STATE_TONES, MeetingState
from regional_issues.meetings.forms.meetings import MeetingFilter, PlanForm
from regional_issues.meetings.models import AgendaItem, WardMeeting
from regional_issues.meetings.querysets import MeetingQuerySet
from regional_issues.meetings.services import meetings
from regional_issues.meetings.views.acts import ANSWER_ACTS, APPROVAL_ACTS, RUN_ACTS
from regional_issues.meetings.views.faces import FACES, face_of, page

ROWS = WardMeeting.objects.select_related("ward", "office", "approved_by__person")
ORDER = ("-starts_at", "-pk")
HEAD = ("会議", "日時", "場所", "方式", "状態", "文書番号")


def _narrowed(request: HttpRequest) -> tuple[Narrowing, MeetingQuerySet]:
    asked = Narrowing(request, MeetingFilter(request.GET or None))
    actor = actor_of_request(request)
    found = ROWS.visible_to(actor)
    if asked.words:
        items = AgendaItem.objects.shown_to(actor).filter(title__icontains=asked.words)
        found = found.filter(Q(place__icontains=asked.words) | Q(pk__in=items.order_by().values("meeting")))
    for name in ("kind", "state"):
        if value := asked.given.get(name):
            found = found.filter(**{name: value})
    return asked, found


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    require_door(request)
    asked, found = _narrowed(request)
    actor = actor_of_request(request)
    rows = KeysetPaginator(found, ORDER, size=50).page(request.GET)
    context = {
        "title": "調整会議",
        "filter": asked.form,
        "is_narrowed": asked.is_narrowed,
        "query": asked.query,
        "page": rows,
        "rows": [_row(one) for one in rows],
        "may_begin": allows(actor, "ward_meeting.begin"),
        "may_export": allows(actor, "ward_meeting.export"),
    }
    return page(request, "ward_meetings/index.html", context)


def _row(meeting: WardMeeting) -> dict[str, Any]:
    state = MeetingState(meeting.state)
    return {"meeting": meeting, "state": state.label, "tone": STATE_TONES[state]}


@require_safe
@fresh_sign_in_required(back="ward_meetings:index")
def csv(request: HttpRequest) -> HttpResponse:
    """Exactly the rows of the list as it is filtered."""
    require_door(request)
    _asked, found = _narrowed(request)
    lines = (
        (one.label, timezone.localtime(one.starts_at).strftime("%Y-%m-%d %H:%M"), one.place,
         one.get_way_display(), one.get_state_display(), one.document_number)
        for one in found.order_by(*ORDER)
    )  # fmt: skip
    return csv_file("ward-meetings", timezone.localdate(), HEAD, lines)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    """準備を始める: nobody outside the desk sees it before the call."""
    require_door(request)
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        words = {key: given[key] for key in ("kind", "is_urgent", "place", "way")}
        try:
            made = meetings.plan(actor_of_request(request), starts_at=form.starts_at, **words)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return redirect("ward_meetings:show", made.pk)
    context = {"title": "調整会議を準備する", "form": form}
    return page(request, "ward_meetings/new.html", context, status=422 if form.errors else 200)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    return show(request, get_permitted(request, ROWS, pk=pk))


@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    return ON_MEETING["act"].press(request, get_permitted(request, ROWS, pk=pk), name)


@require_POST
def approve(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    return ON_MEETING["approve"].press(request, get_permitted(request, ROWS, pk=pk), name)


@require_POST
def answer(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    return ANSWERING[face_of(request)].press(request, get_permitted(request, ROWS, pk=pk), name)


def show(
    request: HttpRequest, meeting: WardMeeting, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """次第,招集 and 会議録 on one page, each item for whom it is meant."""
    actor = actor_of_request(request)
    known = {"answer": ANSWERING[face_of(request)], **({} if actor.is_partner else ON_MEETING)}
    is_run = allows(actor, "ward_meeting.run", meeting)
    context = {
        "title": meeting.label,
        **_row(meeting),
        "items": selectors.items_of(meeting, actor),
        "off": meeting.items.exclude(taken_off_reason="").order_by("order", "pk") if is_run else [],
        "supplements": selectors.supplements_of(meeting, actor),
        "invitations": selectors.invitations_of(meeting, actor),
        "unanswered": selectors.unanswered(meeting) if is_run else [],
        "hours": selectors.hours_to_decision(meeting) if is_run else None,
        "is_run": is_run,
        "acts": _acts(known, meeting, actor, bound or {}),
        "opened": next(iter(bound or {}), ""),
        "form": next(iter((bound or {}).values()), None),
    }
    return page(request, "ward_meetings/show.html", context, status=status)


def _acts(
    known: dict[str, Acts], meeting: WardMeeting, actor: Actor, bound: dict[str, Any]
) -> list[tuple[str, str, Any, Any]]:
    """Of all doors of the page, in the order of the work: the door, the act and its form."""
    return [(door, *one) for door, acts in known.items() for one in acts.shown(meeting, actor, bound)["acts"]]


MOVED = "この会議は、ほかの人の操作で状態が変わっています。いまの状態を見てください。"


def _acting(known: Any, open_to: Any, face: str) -> Acts:
    return Acts(keyword="meeting", known=known, open_to=open_to, moved=MOVED, page=f"{face}:show", show=show)


ANSWERING = {face: _acting(ANSWER_ACTS, policy.answers_open_to, face) for face in FACES}
ON_MEETING = {
    "approve": _acting(APPROVAL_ACTS, policy.approvals_open_to, FACES[0]),
    "act": _acting(RUN_ACTS, policy.acts_open_to, FACES[0]),
}
