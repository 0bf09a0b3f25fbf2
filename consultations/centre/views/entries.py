"""One entry of the ledger: the page on which it is evaluated, planned for, handed to another ward and ended."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import Actor, actor_of_request
from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.views_support import get_permitted
from chiba_ward.casework import outside_duty
from consultations import choices
from consultations.centre import intervals, names, policy
from consultations.centre.enums import (
    ENTRY_TONES,
    PLAN_TONES,
    TRANSFER_TONES,
    Category,
    EntryState,
    PlanState,
    TransferState,
)
from consultations.centre.forms.entry import RegisterForm
from consultations.centre.models import ProgressEntry
from consultations.centre.services import entries
from consultations.centre.views.acts import ENTRY_ACTS
from consultations.models import Consultation
from consultations.views.acting import Acts, add_refusal
from consultations.workflow.errors import Refused

ROWS = ProgressEntry.objects.select_related(
    "consultation__matter", "office", "registered_by__person", "ended_by__person"
)


@staff_required
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, number: str) -> HttpResponseBase:
    """台帳に載せる, from the case."""
    actor = actor_of_request(request)
    case = get_permitted(
        request, Consultation.objects.select_related("matter", "desk_office"), matter__receipt_no=number
    )
    outside_duty.require_reason_for(request, case.matter)
    initial = {"lead": actor.office_id, "next_on": intervals.proposed(Category.PROTECTION)}
    form = RegisterForm(request.POST or None, actor=actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = entries.register(case.pk, by=actor, **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, "台帳に載せました。つぎは、サポートプランを作ります。")
            return redirect("centre:entry", made.pk)
    readlog.saw("consultation", [case.pk])
    context = {
        "title": "進行管理台帳に載せる",
        "case": case,
        "form": form,
        "centre": names.of_actor(actor),
    }
    return staff_page(request, "centre/staff/register.html", context, status=422 if form.errors else 200)


@staff_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    return show(request, get_permitted(request, ROWS, pk=pk))


@staff_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    return ON_ENTRY.press(request, get_permitted(request, ROWS, pk=pk), name)


def show(
    request: HttpRequest, entry: ProgressEntry, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    actor, offices = actor_of_request(request), choices.office_names()
    readlog.saw("progress_entry", [entry.pk], matters=[entry.consultation_id])
    state, number = EntryState(entry.state), entry.consultation.receipt_no
    centre, moves = names.of_actor(actor), _transfers(entry)
    waits = any(row["transfer"].state == TransferState.ASKED for row in moves)
    is_late = state == EntryState.OPEN and entry.next_on < timezone.localdate()
    context = {
        "title": f"進行管理台帳　{number}",
        "centre": centre,
        "entry": entry,
        "number": number,
        "category": Category(entry.category).label,
        "office": offices.get(entry.office_id, ""),
        "lead": offices.get(entry.lead_id, ""),
        "state": "評価日を過ぎています" if is_late else state.label,
        "tone": "overdue" if is_late else ENTRY_TONES[state],
        "evaluations": list(entry.evaluations.select_related("by__person").order_by("-on", "-pk")),
        "plans": _plans(entry),
        "transfers": moves,
        "may_plan": policy.may_plan(actor, entry),
        "may_see_case": Consultation.objects.visible_to(actor).filter(pk=entry.consultation_id).exists(),
        "next_step": _next_step(entry, is_late=is_late, waits=waits),
        **ON_ENTRY.shown(entry, actor, bound or {}, evaluate=_evaluating(entry), transfer=_calling(actor)),
    }
    if waits and "transfer" not in (bound or {}):  # one at a time: what waits stands above
        context["acts"] = [act for act in context["acts"] if act[0] != "transfer"]
    return staff_page(request, "centre/staff/entry.html", context, status=status)


def _evaluating(entry: ProgressEntry) -> dict[str, Any]:
    today, then = timezone.localdate(), intervals.proposed(entry.category)
    return {"initial": {"on": today, "category": entry.category, "next_on": then}}


def _calling(actor: Actor) -> dict[str, Any]:
    return {"initial": {"caller": str(actor.user), "called_on": timezone.localdate()}}


def _plans(entry: ProgressEntry) -> list[dict[str, Any]]:
    rows = [(plan, PlanState(plan.state)) for plan in entry.plans.order_by("sequence")]
    return [{"plan": plan, "state": state.label, "tone": PLAN_TONES[state]} for plan, state in rows]


def _transfers(entry: ProgressEntry) -> list[dict[str, Any]]:
    names_ = choices.office_names()
    rows = [(one, TransferState(one.state)) for one in entry.transfers.order_by("-asked_at", "-pk")]
    return [
        {
            "transfer": one,
            "to": names_.get(one.to_office_id, ""),
            "state": state.label,
            "tone": TRANSFER_TONES[state],
        }
        for one, state in rows
    ]


def _next_step(entry: ProgressEntry, *, is_late: bool, waits: bool) -> str:
    if entry.state == EntryState.ENDED:
        return "台帳から外した記録です。また支えるときは、相談の画面からもう一度載せます。"
    if is_late:
        return "次回評価日を過ぎています。様子を確かめて、評価を記録してください。"
    if waits:
        return "移管の返事を待っています。相手が名前で受け入れるまでは、この課が支え続けます。"
    return "次回評価日までに様子を確かめます。サポートプランは、本人といっしょに作って渡します。"


ON_ENTRY = Acts(
    keyword="entry",
    known=ENTRY_ACTS,
    open_to=policy.entry_acts_open_to,
    moved="台帳が動いたので、この操作はもうできません。いまの状態を確かめてください。",
    page="centre:entry",
    show=show,
)
