"""One case: facts, persons, timeline, deadlines, conversation, and what can be done next (J3)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.views_support import get_visible
from chiba_ward.casework.calendars import calendar_of
from chiba_ward.correspondence import safe_contact
from chiba_ward.correspondence.enums import Medium
from consultations import policy
from consultations.enums import REFERRAL_TONES, STATE_TONES, Flag, State
from consultations.forms.staff import CaseForm
from consultations.models import Consultation
from consultations.views.staff.acts import ACTS
from consultations.words import due_in_words
from consultations.workflow.errors import Refused

FULL = Consultation.objects.select_related(
    "matter", "ward", "town", "topic", "owner_office", "desk_office", "assignee__person", "assignee__post", "entered_by__person"
)


@staff_required
def show(request: HttpRequest, number: str) -> HttpResponse:
    case = get_visible(FULL, request.actor, matter__receipt_no=number)
    return render_case(request, case)


@require_POST
@staff_required
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """One act. A refusal stands beside the field, and what was typed stays on the screen."""
    case = get_visible(FULL, request.actor, matter__receipt_no=number)
    if name not in ACTS or name not in policy.acts_open_to(request.actor, case):
        if name in ACTS:
            messages.error(request, "いまの状態ではできません。画面を開き直して、状態を確かめてください。")
            return redirect("staff:case", number)
        raise Http404
    form = ACTS[name].form(request.POST, case=case, actor=request.actor, prefix=name)
    if form.is_valid():
        try:
            ACTS[name].run(case, request.actor, form.cleaned_data)
            messages.success(request, ACTS[name].done)
            return _after(request, number)
        except Refused as refused:
            field = refused.field if refused.field in form.fields else None
            form.add_error(field, refused.message)
    return render_case(request, case, {name: form}, status=422)


@staff_required
def print_case(request: HttpRequest, number: str) -> HttpResponse:
    """The case on paper, from the browser: number, page header and classification by the print style."""
    case = get_visible(FULL, request.actor, matter__receipt_no=number)
    return staff_page(request, "consultations/staff/case_print.html", _facts(request, case))


def render_case(
    request: HttpRequest, case: Consultation, bound: dict[str, CaseForm] | None = None, status: int = 200
) -> HttpResponse:
    allowed = policy.acts_open_to(request.actor, case)
    forms = {
        name: (bound or {}).get(name) or known.form(case=case, actor=request.actor, prefix=name)
        for name, known in ACTS.items()
        if name in allowed
    }
    context = {
        **_facts(request, case),
        "title": f"相談 {case.receipt_no}",
        "allowed": allowed,
        "acts": {name: {"act": ACTS[name], "form": form} for name, form in forms.items()},
        "troubled": next(iter(bound.values())) if bound else None,
    }
    return staff_page(request, "consultations/staff/case.html", context, status=status)


def _facts(request: HttpRequest, case: Consultation) -> dict[str, Any]:
    now, calendar = timezone.now(), calendar_of(case.desk_office)
    day = timezone.localdate(case.received_at)
    contact = case.matter.contact
    return {
        "case": case,
        "state": State(case.state).label,
        "state_tone": STATE_TONES[State(case.state)],
        "flags": [Flag(flag).label for flag in case.flags],
        "parties": list(case.parties.all()),
        "contact": contact,
        "may_call": safe_contact.permitted(contact, Medium.CALL, now),
        "reachable": [(medium.label, safe_contact.permitted(contact, medium, now)) for medium in Medium],
        "desk": case.desk_office.name_on(timezone.localdate()),
        "owner": case.owner_office.name_on(timezone.localdate()),
        "received_by": case.desk_office.name_on(day),
        "elapsed": calendar.minutes_between(case.received_at, now),
        "deadlines": [
            (deadline, "停止中" if deadline.paused_at else due_in_words(deadline.due_at, now, calendar))
            for deadline in case.matter.deadlines.running().select_related("rule")
        ],
        "steps": list(case.matter.timeline.all()),
        "conversation": list(case.messages.select_related("posting__person")),
        "files": list(case.matter.attachments.all()),
        "notices": list(case.matter.notices.prefetch_related("deliveries")[:20]),
        "referrals": [
            (referral, REFERRAL_TONES[referral.state], referral.to_office.name_on(timezone.localdate()))
            for referral in case.referrals.select_related("to_office")
        ],
        "links": _links(request, case),
    }


def _links(request: HttpRequest, case: Consultation) -> list[tuple[str, str]]:
    """Linked cases that this actor may open; the others are not even counted."""
    pairs = [(link.later_id, link.get_kind_display()) for link in case.links_later.all()]
    pairs += [(link.earlier_id, link.get_kind_display()) for link in case.links_earlier.all()]
    visible = Consultation.objects.visible_to(request.actor).select_related("matter").in_bulk([pk for pk, _ in pairs])
    return [(visible[pk].receipt_no, kind) for pk, kind in pairs if pk in visible]


def _after(request: HttpRequest, number: str) -> HttpResponse:
    """Back to the case, or to the queue when the act gave it away."""
    if Consultation.objects.visible_to(request.actor).filter(matter__receipt_no=number).exists():
        return redirect("staff:case", number)
    messages.info(request, "ほかの課の受け持ちになったため、一覧に戻りました。")
    return redirect("staff:queue")
