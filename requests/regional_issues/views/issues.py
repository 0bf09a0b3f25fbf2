"""地域課題 of staff: the list, the file, a new one, and the page of one with its whole path."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.decorators import fresh_sign_in_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import allows
from chiba_ward.access.views_support import get_permitted, require_door
from chiba_ward.casework.acting import Acts, add_refusal
from chiba_ward.casework.refusals import Refused
from chiba_ward.ui.files import csv_file
from chiba_ward.ui.narrowing import Narrowing
from chiba_ward.ui.pagination import KeysetPaginator
from regional_issues import path, policy
from regional_issues.enums import STATE_TONES, IssueState
from regional_issues.forms import IssueFilter, RegisterForm
from regional_issues.models import LocalIssue
from regional_issues.origins import words_of
from regional_issues.querysets import LocalIssueQuerySet
from regional_issues.services import issues
from regional_issues.views.acts import ISSUE_ACTS

ROWS = LocalIssue.objects.select_related("ward", "district", "owner_office", "registered_by__person")
SIZE = 50
ORDER = ("-registered_at", "-pk")
HEAD = (
    "番号",
    "件名",
    "区",
    "地区",
    "即応・長期",
    "担当課",
    "状態",
    "登録した日",
    "次に見る日",
    "結果・理由",
)


def _narrowed(request: HttpRequest) -> tuple[Narrowing, LocalIssueQuerySet]:
    asked = Narrowing(request, IssueFilter(request.GET or None))
    found = ROWS.visible_to(actor_of_request(request))
    if asked.words:
        found = found.filter(Q(title__icontains=asked.words) | Q(number__icontains=asked.words))
    for name in ("state", "horizon"):
        if value := asked.given.get(name):
            found = found.filter(**{name: value})
    return asked, found


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    require_door(request)
    asked, found = _narrowed(request)
    rows = KeysetPaginator(found, ORDER, size=SIZE).page(request.GET)
    actor = actor_of_request(request)
    context = {
        "title": "地域課題",
        "filter": asked.form,
        "is_narrowed": asked.is_narrowed,
        "query": asked.query,
        "page": rows,
        "rows": [_row(one) for one in rows],
        "may_begin": allows(actor, "local_issue.begin"),
        "may_dialogue": allows(actor, "citizen_dialogue.list"),
    }
    return staff_page(request, "regional_issues/index.html", context)


def _row(issue: LocalIssue) -> dict[str, Any]:
    state = IssueState(issue.state)
    is_late = issue.next_on is not None and issue.next_on < timezone.localdate()
    return {"issue": issue, "state": state.label, "tone": STATE_TONES[state], "is_late": is_late}


@require_safe
@fresh_sign_in_required(back="issues:index")
def csv(request: HttpRequest) -> HttpResponse:
    """Exactly the rows of the list as it is filtered."""
    require_door(request)
    _asked, found = _narrowed(request)
    lines = (_cells(one) for one in found.order_by(*ORDER))
    return csv_file("local-issues", timezone.localdate(), HEAD, lines)


def _cells(one: LocalIssue) -> tuple[object, ...]:
    day = timezone.localtime(one.registered_at).date()
    where = (one.number, one.title, one.ward, one.district or "", one.get_horizon_display())
    return (
        *where,
        one.owner_office.name_on(timezone.localdate()),
        IssueState(one.state).label,
        day,
        one.next_on or "",
        one.outcome,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    require_door(request)
    actor = actor_of_request(request)
    form = RegisterForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            made = issues.register(by=actor, **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return redirect("issues:show", made.pk)
    context = {"title": "地域課題を登録する", "form": form, "back": "issues:index"}
    return staff_page(request, "regional_issues/write.html", context, status=422 if form.errors else 200)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    return show(request, get_permitted(request, ROWS, pk=pk))


@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    return ON_ISSUE.press(request, get_permitted(request, ROWS, pk=pk), name)


def show(
    request: HttpRequest, issue: LocalIssue, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Words, what was done with them, and what stands above: meetings, requests, projects."""
    actor = actor_of_request(request)
    context = {
        "title": issue.title,
        **_row(issue),
        "words": words_of([issue]),
        "entries": issue.entries.select_related("by__person").order_by("at", "pk"),
        "further": path.steps_of(actor, issue),
        **ON_ISSUE.shown(issue, actor, bound or {}),
    }
    return staff_page(request, "regional_issues/show.html", context, status=status)


ON_ISSUE = Acts(
    keyword="issue",
    known=ISSUE_ACTS,
    open_to=policy.acts_open_to,
    moved="この地域課題は、ほかの人の操作で状態が変わっています。いまの状態を見てください。",
    page="issues:show",
    show=show,
)
