"""住民との約束: what is owed to whom until when, and how it ended."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.decorators import fresh_sign_in_required, staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import allows
from chiba_ward.access.policy import rows as rows_of
from chiba_ward.access.readlog import Verb
from chiba_ward.access.views_support import get_permitted, require_door
from chiba_ward.casework.acting import Acts
from chiba_ward.ui.files import csv_file
from chiba_ward.ui.narrowing import Narrowing
from chiba_ward.ui.pagination import KeysetPaginator
from community.area_officers import policy
from community.area_officers.enums import PROMISE_TONES, PromiseState
from community.area_officers.forms.notebook import PromiseFilter
from community.area_officers.models import AreaPromise
from community.area_officers.querysets import PromiseQuerySet
from community.area_officers.views.acts import PROMISE_ACTS

PAGE = 50
BY_DAY = ("due_on", "pk")
ROWS = AreaPromise.objects.whole().select_related(
    "entered_by__person", "settled_by__person", "assignment__officer__person", "visit", "hand_over"
)
HEAD = ("いつまで", "地区", "約束したこと", "相手", "約束した職員", "状態", "守れなかった理由")


class Chosen(Narrowing):
    """What the address asks for, over the rows that `right` gives; what is still owed where it asks for nothing."""

    def __init__(self, request: HttpRequest, right: str) -> None:
        actor = actor_of_request(request)
        super().__init__(request, PromiseFilter(request.GET or None, actor=actor))
        mine = AreaPromise.objects.visible_to(actor).filter(rows_of(actor, right)).whole()
        self.rows = _narrowed(mine, self.given)


def _narrowed(rows: PromiseQuerySet, given: dict[str, Any]) -> PromiseQuerySet:
    if area := given.get("area"):
        rows = rows.filter(area=area)
    state = given.get("state", "")
    if state in PromiseState.values:
        return rows.filter(state=state)
    return {"": rows.owed, "overdue": rows.overdue, "all": rows.all}[state]()


@staff_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    require_door(request)
    actor, chosen = actor_of_request(request), Chosen(request, "area_promise.list")
    page = KeysetPaginator(chosen.rows, BY_DAY, size=PAGE).page(request.GET)
    readlog.saw("area_promise", [one.pk for one in page], verb=Verb.LIST)
    context = {
        "title": "住民との約束",
        "chosen": chosen,
        "filter": chosen.form,
        "page": page,
        "rows": [row_of(one) for one in page],
        "may_export": allows(actor, "area_promise.export"),
        "may_note": allows(actor, "area_assignment.note"),
    }
    return staff_page(request, "area_officers/staff/promises.html", context)


@staff_required
@require_safe
@fresh_sign_in_required(back="area_officers:promises")
def index_csv(request: HttpRequest) -> HttpResponse:
    """Exactly the rows of the list as it is filtered."""
    require_door(request)
    found = list(Chosen(request, "area_promise.export").rows.order_by(*BY_DAY))
    readlog.saw("area_promise", [one.pk for one in found], verb=Verb.EXPORT)
    return csv_file("area-promises", timezone.localdate(), HEAD, map(_cells, found))


@staff_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    return show(request, get_permitted(request, ROWS, pk=pk))


@staff_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    return ON_PROMISE.press(request, get_permitted(request, ROWS, pk=pk), name)


def show(
    request: HttpRequest, promise: AreaPromise, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    actor = actor_of_request(request)
    readlog.saw("area_promise", [promise.pk])
    context = {
        "title": f"{promise.area.name}の約束",
        **row_of(promise),
        "goes_on": AreaPromise.objects.filter(handed_from=promise).first(),
        **ON_PROMISE.shown(promise, actor, bound or {}),
    }
    return staff_page(request, "area_officers/staff/promise.html", context, status=status)


def row_of(promise: AreaPromise) -> dict[str, Any]:
    """A promise with the other side in words, and how it stands today."""
    state = PromiseState(promise.state)
    is_late = promise.is_owed and promise.due_on < timezone.localdate()
    return {
        "promise": promise,
        "to": " ".join(filter(None, (str(promise.org or ""), promise.to_whom))),
        "state": "期限を過ぎている" if is_late else state.label,
        "tone": "overdue" if is_late else PROMISE_TONES[state],
    }


def _cells(promise: AreaPromise) -> tuple[object, ...]:
    row = row_of(promise)
    return (
        promise.due_on, promise.area.name, promise.what, row["to"], promise.made_by.person, row["state"],
        promise.reason,
    )  # fmt: skip


ON_PROMISE = Acts(
    keyword="promise",
    known=PROMISE_ACTS,
    open_to=policy.promise_acts_open_to,
    moved="この約束には、すでに区切りが付いています。いまの状態を確かめてください。",
    page="area_officers:promise",
    show=show,
)
