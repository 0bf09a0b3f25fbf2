"""活動記録: the list, one entry, and the short form of the field."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.decorators import fresh_sign_in_required, staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import allows
from chiba_ward.access.policy import rows as rows_of
from chiba_ward.access.readlog import Verb
from chiba_ward.access.views_support import get_permitted, require_door
from chiba_ward.casework.acting import Acts, add_refusal
from chiba_ward.casework.refusals import Refused
from chiba_ward.ui.files import csv_file
from chiba_ward.ui.narrowing import Narrowing
from chiba_ward.ui.pagination import KeysetPaginator
from community.area_officers import policy
from community.area_officers.enums import Occasion
from community.area_officers.forms.notebook import VisitFilter, VisitForm
from community.area_officers.models import AreaVisit
from community.area_officers.querysets import VisitQuerySet
from community.area_officers.services import notebook
from community.area_officers.views.acts import VISIT_ACTS
from community.area_officers.views.promises import row_of

PAGE = 50
NEWEST_FIRST = ("-on", "-pk")
ROWS = AreaVisit.objects.whole()
HEAD = (
    "日", "時刻", "地区", "担当", "代わりに入力した職員", "機会", "会合・場所", "会った人", "聞いたこと",
    "地域課題になりそうなこと", "つぎにすること", "つぎの日",
)  # fmt: skip


class Chosen(Narrowing):
    """What the address asks for, over the rows that `right` gives."""

    def __init__(self, request: HttpRequest, right: str) -> None:
        actor = actor_of_request(request)
        super().__init__(request, VisitFilter(request.GET or None, actor=actor))
        mine = AreaVisit.objects.visible_to(actor).filter(rows_of(actor, right)).whole()
        self.rows = _narrowed(mine, self.given)


def _narrowed(rows: VisitQuerySet, given: dict[str, Any]) -> VisitQuerySet:
    if area := given.get("area"):
        rows = rows.filter(assignment__area=area)
    if occasion := given.get("occasion"):
        rows = rows.filter(occasion=occasion)
    return rows.filter(issue__filled=True) if given.get("issue") else rows


@staff_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    require_door(request)
    actor, chosen = actor_of_request(request), Chosen(request, "area_visit.list")
    page = KeysetPaginator(chosen.rows, NEWEST_FIRST, size=PAGE).page(request.GET)
    readlog.saw("area_visit", [one.pk for one in page], verb=Verb.LIST)
    context = {
        "title": "地域担当の活動記録",
        "chosen": chosen,
        "filter": chosen.form,
        "page": page,
        "rows": [_row(one) for one in page],
        "may_note": allows(actor, "area_assignment.note"),
        "may_export": allows(actor, "area_visit.export"),
    }
    return staff_page(request, "area_officers/staff/visits.html", context)


@staff_required
@require_safe
@fresh_sign_in_required(back="area_officers:visits")
def index_csv(request: HttpRequest) -> HttpResponse:
    """Exactly the rows of the list as it is filtered."""
    require_door(request)
    found = list(Chosen(request, "area_visit.export").rows.order_by(*NEWEST_FIRST))
    readlog.saw("area_visit", [one.pk for one in found], verb=Verb.EXPORT)
    return csv_file("area-notebook", timezone.localdate(), HEAD, map(_cells, found))


@staff_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    """訪問先で、その場で: what was typed stays when something is missing."""
    require_door(request)
    actor = actor_of_request(request)
    initial = {"on": timezone.localdate()}
    area = request.GET.get("area", "")
    form = VisitForm(request.POST or None, actor=actor, area=area, initial=initial)
    if request.method == "POST" and form.is_valid():
        owner = form.cleaned_data["assignment"]
        try:
            made = notebook.note(owner, by=actor, promise=form.promise, **form.words)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, "記録しました。")
            return redirect("area_officers:visit", made.pk)
    has_any = len(form.fields["assignment"].choices) > 1
    context = {"title": "活動を記録する", "form": form, "has_any": has_any}
    return staff_page(
        request, "area_officers/staff/visit_new.html", context, status=422 if form.errors else 200
    )


@staff_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    return show(request, get_permitted(request, ROWS, pk=pk))


@staff_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    return ON_VISIT.press(request, get_permitted(request, ROWS, pk=pk), name)


def show(
    request: HttpRequest, visit: AreaVisit, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    actor = actor_of_request(request)
    promises = list(
        visit.promises.visible_to(actor).filter(goes_on__isnull=True).whole().order_by("due_on", "pk")
    )
    readlog.saw("area_visit", [visit.pk])
    readlog.saw("area_promise", [one.pk for one in promises], verb=Verb.LIST)
    context = {
        "title": f"{visit.assignment.area.name}の活動記録",
        **_row(visit),
        "promises": [row_of(one) for one in promises],
        **ON_VISIT.shown(visit, actor, bound or {}),
    }
    return staff_page(request, "area_officers/staff/visit.html", context, status=status)


def _row(visit: AreaVisit) -> dict[str, Any]:
    return {"visit": visit, "occasion": Occasion(visit.occasion).label}


def _cells(visit: AreaVisit) -> tuple[object, ...]:
    return tuple(_columns(visit))


def _columns(visit: AreaVisit) -> Iterator[object]:
    owner = visit.assignment
    yield from (visit.on, f"{visit.at:%H:%M}" if visit.at else "", owner.area.name, owner.officer.person)
    yield visit.entered_by.person if visit.entered_by else ""
    yield from (Occasion(visit.occasion).label, visit.meeting, visit.people, visit.heard, visit.issue)
    yield from (visit.next_step, visit.next_on or "")


ON_VISIT = Acts(
    keyword="visit",
    known=VISIT_ACTS,
    open_to=policy.visit_acts_open_to,
    moved="引継ぎが済んだので、この操作はもうできません。いまの状態を確かめてください。",
    page="area_officers:visit",
    show=show,
)
