"""The register of restrictions: the list, the paper form on the screen, one restriction with what happened to it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import allows
from chiba_ward.access.readlog import Verb
from chiba_ward.access.request import PortalRequest
from chiba_ward.access.views_support import get_permitted
from chiba_ward.disclosure import importers, services
from chiba_ward.disclosure.enums import HOLD_TONES, HoldState, LineKind
from chiba_ward.disclosure.forms import HoldForm, ImportForm, KeepForm, ProposeForm, SearchForm
from chiba_ward.disclosure.marks import Known
from chiba_ward.disclosure.models import DisclosureHold
from chiba_ward.disclosure.querysets import HoldQuerySet
from chiba_ward.disclosure.workflow import NotPossible
from chiba_ward.ui.pagination import KeysetPaginator

TABS: tuple[tuple[str, str, Callable[[HoldQuerySet], HoldQuerySet]], ...] = (
    ("", "制限中", lambda rows: rows.in_force()),
    ("renew", "期限が近い・過ぎた", lambda rows: rows.ending_soon()),
    ("clearing", "解除の確認待ち", lambda rows: rows.filter(state=HoldState.CLEARING)),
    ("cleared", "解除済み", lambda rows: rows.filter(state=HoldState.CLEARED)),
)
SAID = {
    LineKind.REGISTERED: "登録しました。住所・電話番号は、どの出力にも出なくなりました。",
    LineKind.EXTENDED: "新しい申出で更新しました。",
    LineKind.OLDER: "いまの申出より古いものです。受け取ったことだけを記録し、制限は変えていません。",
}


@staff_required
@require_safe
def index(request: PortalRequest) -> HttpResponse:
    chosen = next((tab for tab in TABS if tab[0] == request.GET.get("show", "")), TABS[0])
    form = SearchForm(request.GET)
    typed = form.cleaned_data["q"].strip() if form.is_valid() else ""
    rows = chosen[2](DisclosureHold.objects.visible_to(request.actor))
    if typed:
        rows = rows.of([Known(name=typed), Known(kana=typed), Known(phone=typed), Known(address=typed)])
    page = KeysetPaginator(rows.select_related("person", "office"), ("-entered_at", "-pk")).page(request.GET)
    shown = list(page)
    readlog.saw("hold", [row.pk for row in shown], verb=Verb.LIST, words=typed)
    context = {
        "title": "支援措置などの登録簿",
        "tabs": [
            {"label": label, "url": f"?show={name}", "is_current": name == chosen[0]}
            for name, label, _ in TABS
        ],
        "show": chosen[0],
        "form": form,
        "typed": typed,
        "page": page,
        "rows": [(row, HoldState(row.state), HOLD_TONES[HoldState(row.state)]) for row in shown],
    }
    return staff_page(request, "disclosure/register.html", context)


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PortalRequest) -> HttpResponse:
    form = HoldForm(request.POST or None, initial={"applied_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            entered = services.enter(form.application, by=request.actor)
        except NotPossible as refused:
            _beside(form, refused)
        else:
            messages.success(request, SAID[LineKind(entered.line)])
            return _to(entered.hold.pk)
    context = {"title": "支援措置などを登録する", "form": form}
    return staff_page(request, "disclosure/enter.html", context, status=422 if form.errors else 200)


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: PortalRequest, pk: int) -> HttpResponse:
    """更新の申出: the name that is known stands in the form, its address does not: it is asked for anew."""
    hold = _found(request, pk)
    known = hold.person
    initial = {
        "applied_on": timezone.localdate(), "kind": hold.kind, "source": hold.source, "name": known.name,
        "kana": known.kana,
    }  # fmt: skip
    form = HoldForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            entered = services.extend(pk, form.application, by=request.actor)
        except NotPossible as refused:
            _beside(form, refused)
        else:
            messages.success(request, SAID[LineKind(entered.line)])
            return _to(pk)
    readlog.saw("hold", [pk])
    context = {"title": "更新の申出を入力する", "form": form, "hold": hold}
    return staff_page(request, "disclosure/enter.html", context, status=422 if form.errors else 200)


@staff_required
@require_safe
def show(request: PortalRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


@staff_required
@require_safe
def print_sheet(request: PortalRequest, pk: int) -> HttpResponse:
    """For the folder: who, since when, until when. The address stays on the screen (非開示)."""
    hold = _found(request, pk)
    readlog.saw("hold", [pk], verb=Verb.PRINT)
    context = {
        "title": "開示の制限（控え）",
        "hold": hold,
        "state": HoldState(hold.state).label,
        "lines": hold.person.lines.select_related("posting__person"),
    }
    return staff_page(request, "disclosure/print.html", context)


@staff_required
@require_POST
def propose(request: PortalRequest, pk: int) -> HttpResponse:
    hold, form = _found(request, pk), ProposeForm(request.POST)
    if not form.is_valid():
        return _page(request, hold, propose=form, status=422)
    try:
        services.propose(pk, by=request.actor, **form.cleaned_data)
    except NotPossible as refused:
        _beside(form, refused)
        return _page(request, _found(request, pk), propose=form, status=409)
    messages.success(request, "解除を提案しました。別の人が確認するまで、制限は続きます。")
    return _to(pk)


@staff_required
@require_POST
def confirm(request: PortalRequest, pk: int) -> HttpResponse:
    """Asked once more: from the press on, the address may leave."""
    hold = _found(request, pk)
    if "sure" not in request.POST:
        readlog.saw("hold", [pk])
        lines = hold.person.lines.filter(kind=LineKind.PROPOSED).select_related("posting__person")
        context = {"title": "解除の前の確認", "hold": hold, "proposal": lines.order_by("-at", "-pk").first()}
        return staff_page(request, "disclosure/confirm.html", context)
    try:
        services.confirm(pk, by=request.actor)
    except NotPossible as refused:
        messages.error(request, refused.message)
        return _to(pk)
    messages.success(request, "解除しました。この制限では、もう止まりません。")
    return _to(pk)


@staff_required
@require_POST
def keep(request: PortalRequest, pk: int) -> HttpResponse:
    hold, form = _found(request, pk), KeepForm(request.POST)
    if not form.is_valid():
        return _page(request, hold, keep=form, status=422)
    try:
        services.keep(pk, by=request.actor, **form.cleaned_data)
    except NotPossible as refused:
        messages.error(request, refused.message)
        return _to(pk)
    messages.success(request, "解除の提案を取り下げました。制限は続きます。")
    return _to(pk)


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_list(request: PortalRequest) -> HttpResponse:
    """A list of another office or town: tried first, and taken in only when somebody has read what would happen."""
    form = ImportForm(request.POST or None, request.FILES or None)
    report = None
    if request.method == "POST" and form.is_valid():
        is_trial = "take" not in request.POST
        try:
            report = importers.take_in(form.cleaned_data["file"].read(), by=request.actor, is_trial=is_trial)
        except importers.UnreadableError as error:
            form.add_error("file", error.message)
        else:
            readlog.saw("hold", report.pks, verb=Verb.LIST)
    context = {"title": "一覧を取り込む", "form": form, "report": report, "columns": importers.COLUMNS}
    return staff_page(request, "disclosure/import.html", context, status=422 if form.errors else 200)


def _found(request: PortalRequest, pk: int) -> DisclosureHold:
    rows = DisclosureHold.objects.select_related(
        "person__matter", "office", "entered_by__person", "proposed_by__person", "cleared_by__person"
    )
    return get_permitted(request, rows, pk=pk)


def _page(request: PortalRequest, hold: DisclosureHold, status: int = 200, **bound: Any) -> HttpResponse:
    readlog.saw("hold", [hold.pk], matters=[hold.person.matter_id] if hold.person.matter_id else [])
    may_clear = allows(request.actor, "hold.clear", hold)
    is_own = hold.proposed_user_id is not None and hold.proposed_user == request.actor.user
    state = HoldState(hold.state)
    context = {
        "title": f"{hold.get_kind_display()}：{hold.person.name or '（氏名は聞いていない）'}",
        "hold": hold,
        "state": state,
        "tone": HOLD_TONES[state],
        "lines": hold.person.lines.select_related("posting__person").order_by("-at", "-pk"),
        "may_extend": hold.is_in_force and allows(request.actor, "hold.enter", hold),
        "may_propose": may_clear and state == HoldState.HELD,
        "may_decide": may_clear and state == HoldState.CLEARING,
        "is_own": is_own,
        "propose": bound.get("propose") or ProposeForm(),
        "keep": bound.get("keep") or KeepForm(),
    }
    return staff_page(request, "disclosure/hold.html", context, status=status)


def _beside(form: Any, refused: NotPossible) -> None:
    form.add_error(refused.field if refused.field in form.fields else None, refused.message)


def _to(pk: int) -> HttpResponse:
    return redirect("hold:show", pk)
