"""会議の決定: what is owed by whom, and the page of one."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.views_support import get_permitted, require_door
from chiba_ward.casework.acting import Acts
from chiba_ward.ui.narrowing import Narrowing
from chiba_ward.ui.pagination import KeysetPaginator
from regional_issues.meetings import policy
from regional_issues.meetings.forms.meetings import DecisionFilter
from regional_issues.meetings.models import Decision, WardMeeting
from regional_issues.meetings.views.acts import REPORT_ACTS, STEER_ACTS
from regional_issues.meetings.views.faces import FACES, face_of, page

ROWS = Decision.objects.select_related(
    "item__meeting__ward", "office", "replaces", "by__person", "closed_by__person"
)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    require_door(request)
    asked = Narrowing(request, DecisionFilter(request.GET or None))
    found = ROWS.prefetch_related("office__versions").visible_to(actor_of_request(request))
    if asked.words:
        found = found.filter(text__icontains=asked.words)
    match asked.given.get("which"):
        case "open":
            found = found.open()
        case "overdue":
            found = found.overdue()
        case "closed":
            found = found.exclude(state="open")
    rows = KeysetPaginator(found, ("-due_on", "-pk"), size=50).page(request.GET)
    context = {
        "title": "会議の決定",
        "filter": asked.form,
        "is_narrowed": asked.is_narrowed,
        "page": rows,
        "rows": rows,
        "today": timezone.localdate(),
    }
    return page(request, "ward_meetings/decisions.html", context)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    return show(request, get_permitted(request, ROWS, pk=pk))


@require_POST
def report(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    return REPORTING[face_of(request)].press(request, get_permitted(request, ROWS, pk=pk), name)


@require_POST
def steer(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    return STEERING.press(request, get_permitted(request, ROWS, pk=pk), name)


def show(
    request: HttpRequest, decision: Decision, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    actor = actor_of_request(request)
    known = {"report": REPORTING[face_of(request)], **({} if actor.is_partner else {"steer": STEERING})}
    bound = bound or {}
    acts = [(door, *one) for door, of in known.items() for one in of.shown(decision, actor, bound)["acts"]]
    context = {
        "title": decision.text,
        "decision": decision,
        "is_late": decision.state == "open" and decision.due_on < timezone.localdate(),
        "meeting": WardMeeting.objects.visible_to(actor).filter(pk=decision.item.meeting_id).first(),
        "acts": acts,
        "opened": next(iter(bound), ""),
        "form": next(iter(bound.values()), None),
    }
    return page(request, "ward_meetings/decision.html", context, status=status)


MOVED = "この決定は、すでに報告されたか、決め直されています。いまの状態を見てください。"


def _acting(known: Any, open_to: Any, face: str) -> Acts:
    return Acts(
        keyword="decision", known=known, open_to=open_to, moved=MOVED, page=f"{face}:decision", show=show
    )


REPORTING = {face: _acting(REPORT_ACTS, policy.reports_open_to, face) for face in FACES}
STEERING = _acting(STEER_ACTS, policy.steering_open_to, FACES[0])
