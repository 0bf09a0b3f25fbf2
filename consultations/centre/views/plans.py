"""サポートプラン in the entry's page, on its own page, and on paper."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.views_support import get_permitted
from chiba_ward.disclosure import gate
from chiba_ward.documents import services as documents
from consultations import held
from consultations.centre import documents as prints
from consultations.centre import intervals, names, policy
from consultations.centre.enums import PLAN_TONES, PlanState
from consultations.centre.forms.plan import NewPlanForm
from consultations.centre.models import ChildSupportPlan, ProgressEntry
from consultations.centre.services import plans
from consultations.centre.views.acts import PLAN_ACTS
from consultations.views.acting import Acts, add_refusal
from consultations.workflow.errors import Refused

ENTRIES = ProgressEntry.objects.select_related("consultation__matter__contact", "office")
ROWS = ChildSupportPlan.objects.select_related(
    "entry__consultation__matter__contact", "entry__office", "made_with"
)


@staff_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponseBase:
    entry, actor = get_permitted(request, ENTRIES, pk=pk), actor_of_request(request)
    today = timezone.localdate()
    initial = {"starts_on": today, "evaluate_on": intervals.proposed(entry.category)}
    form = NewPlanForm(request.POST or None, entry=entry, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = plans.start(entry.pk, by=actor, **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, "下書きを作りました。つぎは、印刷して本人に渡します。")
            return redirect("centre:plan", made.pk)
    readlog.saw("progress_entry", [entry.pk], matters=[entry.consultation_id])
    number = entry.consultation.receipt_no
    context = {
        "title": f"サポートプランを作る　{number}",
        "entry": entry,
        "number": number,
        "form": form,
        "centre": names.of_actor(actor),
        "advice": gate.ADVICE if held.is_held(entry.consultation) else "",
    }
    return staff_page(request, "centre/staff/plan_new.html", context, status=422 if form.errors else 200)


@staff_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    return show(request, get_permitted(request, ROWS, pk=pk))


@staff_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    return ON_PLAN.press(request, get_permitted(request, ROWS, pk=pk), name)


@staff_required
@require_POST
def print_plan(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The paper that the person is given."""
    plan = get_permitted(request, ROWS, pk=pk)
    case = plan.entry.consultation
    with transaction.atomic():
        document = documents.request(
            prints.PLAN,
            title=f"サポートプラン {case.receipt_no}-{plan.sequence}",
            matter=case.matter,
            by=actor_of_request(request),
            params={"plan": plan.pk},
        )
    return redirect("documents:show", document.pk)


def show(
    request: HttpRequest, plan: ChildSupportPlan, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    actor, case, state = actor_of_request(request), plan.entry.consultation, PlanState(plan.state)
    readlog.saw("child_plan", [plan.pk], matters=[case.pk])
    context = {
        "title": f"サポートプラン{plan.sequence}　{case.receipt_no}",
        "plan": plan,
        "entry": plan.entry,
        "number": case.receipt_no,
        "centre": names.of_actor(actor),
        "state": state.label,
        "tone": PLAN_TONES[state],
        "made_with": prints.made_with(plan),
        "may_write": policy.may_write_plan(actor, plan),
        "next_step": NEXT[state],
        "advice": gate.ADVICE if held.is_held(case) else "",
        **ON_PLAN.shown(plan, actor, bound or {}, hand={"initial": {"handed_on": timezone.localdate()}}),
    }
    return staff_page(request, "centre/staff/plan.html", context, status=status)


NEXT = {
    PlanState.DRAFTED: "印刷して本人といっしょに確かめ、渡した日を記録します。渡したあとは書き直せません。",
    PlanState.HANDED: "評価日に様子を確かめます。変えるときは、このプランを終えて、新しいプランを作ります。",
    PlanState.ENDED: "終わったプランです。",
}
ON_PLAN = Acts(
    keyword="plan",
    known=PLAN_ACTS,
    open_to=policy.plan_acts_open_to,
    moved="プランが動いたので、この操作はもうできません。いまの状態を確かめてください。",
    page="centre:plan",
    show=show,
)
