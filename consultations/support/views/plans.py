"""支援プラン: written by the section, read by the offices that have a task in it."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.decorators import partner_required, staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.views_support import get_permitted
from chiba_ward.casework import outside_duty
from chiba_ward.documents import services as documents
from consultations import choices
from consultations.models import Consultation
from consultations.support import documents as prints
from consultations.support import papers, policy
from consultations.support.enums import PLAN_TONES, PlanState
from consultations.support.forms.plan import GoalForm
from consultations.support.models import SupportPlan
from consultations.support.services import plans
from consultations.support.views.acts import PLAN_ACTS
from consultations.views.acting import Acts, add_refusal
from consultations.workflow.errors import Refused

ROWS = SupportPlan.objects.select_related("consultation__matter", "office", "meeting")


@staff_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, number: str) -> HttpResponseBase:
    case = get_permitted(
        request, Consultation.objects.select_related("matter", "desk_office"), matter__receipt_no=number
    )
    outside_duty.require_reason_for(request, case.matter)
    form = GoalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = plans.start(case.pk, by=actor_of_request(request), **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, "支援プランを作り始めました。つぎは、対象者と役割分担を書きます。")
            return redirect("support:plan", made.pk)
    readlog.saw("consultation", [case.pk])
    context = {"title": "支援プランを作る", "case": case, "form": form}
    return staff_page(request, "support/staff/plan_new.html", context, status=422 if form.errors else 200)


@staff_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, get_permitted(request, ROWS, pk=pk))


@partner_required
@require_safe
def partner_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "support/partner/plan.html", facts(request, get_permitted(request, ROWS, pk=pk)))


@staff_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    return ON_PLAN.press(request, get_permitted(request, ROWS, pk=pk), name)


@staff_required
@require_POST
def print_plan(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The plan with places for the signatures."""
    plan = get_permitted(request, ROWS, pk=pk)
    with transaction.atomic():
        document = documents.request(
            prints.PLAN,
            title=f"支援プラン {plan.consultation.receipt_no}-{plan.sequence}",
            matter=plan.consultation.matter,
            by=actor_of_request(request),
            params={"plan": plan.pk},
        )
    return redirect("documents:show", document.pk)


def show(
    request: HttpRequest, plan: SupportPlan, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    actor, bound = actor_of_request(request), bound or {}
    context = {
        **facts(request, plan),
        **ON_PLAN.shown(plan, actor, bound),
        "may_write": policy.may_write_plan(actor, plan),
        "may_see_case": Consultation.objects.visible_to(actor).filter(pk=plan.consultation_id).exists(),
        "next_step": NEXT[PlanState(plan.state)],
    }
    return staff_page(request, "support/staff/plan.html", context, status=status)


def facts(request: HttpRequest, plan: SupportPlan) -> dict[str, Any]:
    """What every office with a task in it reads."""
    readlog.saw("support_plan", [plan.pk], matters=[plan.consultation_id])
    state = PlanState(plan.state)
    return {
        **papers.of_plan(plan),
        "title": f"支援プラン{plan.sequence}　{plan.consultation.receipt_no}",
        "plan": plan,
        "number": plan.consultation.receipt_no,
        "office": choices.office_names().get(plan.office_id, ""),
        "state": state.label,
        "tone": PLAN_TONES[state],
    }


ON_PLAN = Acts(
    keyword="plan",
    known=PLAN_ACTS,
    open_to=policy.plan_acts_open_to,
    moved="プランが動いたので、この操作はもうできません。いまの状態を確かめてください。",
    page="support:plan",
    show=show,
)
NEXT = {
    PlanState.DRAFT: "対象者の署名と役割分担をそろえ、重層的支援会議で決定します。",
    PlanState.DECIDED: "次に確かめる日に、世帯の様子と役割の進み具合を確かめます。",
    PlanState.CLOSED: "終わったプランです。このあとは主担当が続けます。",
}
