"""One case: facts, persons, timeline, deadlines, conversation, and what can be done next (J3)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.readlog import Verb
from chiba_ward.access.request import PortalRequest
from chiba_ward.casework import sentences
from chiba_ward.casework.models import TimelineEntry
from chiba_ward.compartments import glass
from chiba_ward.correspondence import safe_contact
from chiba_ward.correspondence.enums import Medium
from consultations import held, household, joint, lines, policy, urgency
from consultations.enums import ReferralState, State
from consultations.forms.staff import CaseForm
from consultations.models import Consultation
from consultations.services.base import MovedOn, unchanged_since
from consultations.views.staff import facts as screen
from consultations.views.staff.acts import ACTS, Act
from consultations.workflow.errors import Refused

STILL_OPEN_TO_PARTNERS = (
    ReferralState.HELD,
    ReferralState.SENT,
    ReferralState.ACKNOWLEDGED,
    ReferralState.ASKED_BACK,
    ReferralState.ACCEPTED,
    ReferralState.CONTACT_MADE,
)


# The acts with a form of their own, in the order of a day's work; the others are buttons.
ON_SCREEN = ("urgency", "assign", "fields", "note", "watch", "link", "close", "withdraw", "reopen")


@require_safe
@staff_required
def show(request: PortalRequest, number: str) -> HttpResponse:
    return render_case(request, screen.find(request, number))


@require_POST
@staff_required
def act(request: PortalRequest, number: str, name: str) -> HttpResponse:
    """One act. A refusal stands beside the field, and what was typed stays on the screen.

    What ends or reopens a case is asked once more, with what the resident will read.
    """
    case = screen.find(request, number)
    known = ACTS.get(name)
    if known is None:
        raise Http404
    form = known.form(request.POST, case=case, actor=request.actor, prefix=name)
    if name not in policy.acts_open_to(request.actor, case):
        return _no_longer_open(request, case, name, form)
    if not form.is_valid() or "edit" in request.POST:
        return render_case(request, case, {name: form}, status=422)
    if known.confirm and "sure" not in request.POST:
        return _confirm(request, case, name, form)
    try:
        with unchanged_since(case.pk, screen.seen_of(request)):
            known.run(case, request.actor, form.cleaned_data)
    except MovedOn as moved:
        return render_case(request, screen.find(request, number), {name: form}, status=409, news=moved.news)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return render_case(request, case, {name: form}, status=422)
    messages.success(request, known.done)
    return _after(request, number)


@require_safe
@staff_required
def print_case(request: PortalRequest, number: str) -> HttpResponse:
    """The case on paper, from the browser: number, page header and classification by the print style."""
    case = screen.find(request, number)
    parties = list(case.parties.all())
    context = {
        **screen.facts(request, case, parties, held.of_case(case, parties)),
        "title": f"相談受付票 {number}",
    }
    context["steps"] = context["steps"][::-1]
    readlog.saw("consultation", [case.pk], verb=Verb.PRINT)
    return staff_page(request, "consultations/staff/case_print.html", context)


def render_case(
    request: PortalRequest,
    case: Consultation,
    bound: dict[str, CaseForm] | None = None,
    status: int = 200,
    news: list[TimelineEntry] | None = None,
) -> HttpResponse:
    allowed = policy.acts_open_to(request.actor, case)
    bound = bound or {}
    forms = {
        name: bound.get(name) or known.form(case=case, actor=request.actor, prefix=name)
        for name, known in ACTS.items()
        if name in allowed
    }
    parties = list(case.parties.all())
    alike = household.alike(case, parties, request.actor)
    who = held.of_case(case, parties, beside=alike)
    known = screen.facts(request, case, parties, who)
    opened_by_glass = glass.in_force(request.actor, case.pk)
    readlog.saw("consultation", [case.pk])
    trouble = next(iter(bound.values()), None)
    context = {
        **known,
        **screen.beside(request, case, alike, who),
        "title": f"相談 {case.receipt_no}",
        "allowed": allowed,
        "acts": [(name, ACTS[name], forms[name]) for name in ON_SCREEN if name in forms],
        "opened": next(iter(bound), ""),
        "trouble": trouble,
        "news": lines.lines_for(request.actor, case, news or ()),
        "may_protect": policy.may_protect(request.actor, case),
        "may_print": policy.may_export(request.actor, case),
        "may_keep_persons": policy.may_work_on(request.actor, case),
        "cards": joint.cards_of(case, request.actor),
        "kept": _typed(trouble) if trouble is not None and next(iter(bound)) not in allowed else [],
        "next_step": READ_ONLY if opened_by_glass else next_step(case, allowed),
        "suggested": min((hit["urgency"] for hit in case.hits), default=""),
        "urgency_label": f"緊急度 {case.urgency}：{case.get_urgency_display()}" if case.urgency else "",
        "risk": urgency.RISK.get(case.urgency, 3),
        "now": timezone.now(),
        "glass": opened_by_glass,
    }
    return staff_page(request, "consultations/staff/case.html", context, status=status)


def next_step(case: Consultation, allowed: frozenset[str]) -> str:
    """つぎにすること, in one sentence: the first that is missing."""
    if not case.is_open:
        return (
            "終わった相談です。続きがあるときは再開します。" if "reopen" in allowed else "終わった相談です。"
        )
    if case.protected_at:
        return "「保護が必要な相談」の画面で進めます。ここでは、担当と庁内の記録だけを扱います。"
    if case.unread_messages:
        return "相談者から連絡が来ています。読んで、「読みました」を押すか、回答を書きます。"
    if case.waiting_since:
        return "相談者の返事を待っています。急ぐことはありません。"
    if case.suspected:
        return "保護が必要かを確かめます。虐待・DVのおそれのあることばがあります。"
    if case.hits and not case.urgency:
        return "緊急度を決めます。気になることばがあります。"
    if case.assignee_id is None:
        return "担当を決めます。自分が担当するか、課・人に振り分けます。"
    return NEXT[State(case.state)]


READ_ONLY = "読むことだけができます。することがあるときは、受け持ちの課に電話で伝えてください。"
NEXT = {
    State.RECEIVED: "担当を決めます。",
    State.TRIAGED: "担当する人が「自分が担当する」を押します。",
    State.IN_PROGRESS: "回答を書くか、ほかの窓口につなぎます。終わったら完了にします。",
    State.REFERRED: "つなぎ先の返事を待っています。受理されるまで、主担当はこの課のままです。",
    State.CONNECTED: "つなぎ先が本人に連絡できました。見守りか完了にします。",
    State.MONITORING: "見守っています。変わったことがあれば、対応に戻します。",
}


def _no_longer_open(request: PortalRequest, case: Consultation, name: str, form: CaseForm) -> HttpResponse:
    """The case has moved on: say who did what, and keep the typed words on the screen to be copied."""
    since = TimelineEntry.objects.filter(matter=case.pk, id__gt=screen.seen_of(request)).order_by("id")
    news = list(since[:20])
    if news and all(line.posting_id == request.actor.posting.pk for line in news):
        messages.info(request, "この操作は、もう済んでいます。")
        return redirect("staff:case", case.receipt_no)
    form.is_valid()
    return render_case(request, case, {name: form}, status=409, news=news)


def _typed(form: CaseForm) -> list[tuple[str, str]]:
    """Free text of a form that can no longer be shown."""
    values = ((field.label, form.data.get(form.add_prefix(name), "")) for name, field in form.fields.items())
    return [(str(label), str(value)) for label, value in values if value and not str(value).isdigit()]


def _confirm(request: PortalRequest, case: Consultation, name: str, form: CaseForm) -> HttpResponse:
    """What will happen and what the resident will be told, before it cannot be taken back."""
    known: Act = ACTS[name]
    readlog.saw("consultation", [case.pk])
    medium = safe_contact.best_medium(case.matter.contact) if known.template else Medium.PORTAL
    line = TimelineEntry(kind=known.tells, at=timezone.now(), data={})
    recalled = (
        [row for row in case.referral_rows if row["state"] in STILL_OPEN_TO_PARTNERS]
        if name == "withdraw"
        else []
    )
    context = {
        "title": f"{known.button}前の確認",
        "case": case,
        "act": known,
        "name": name,
        "fields": _in_words(form),
        "hidden": [(form.add_prefix(key), form.data.get(form.add_prefix(key), "")) for key in form.fields],
        "seen": screen.seen_of(request),
        "citizen_line": sentences.sentence(line, case.language),
        "medium": medium,
        "tells_outside": bool(known.template) and medium != Medium.PORTAL,
        "recalled": len(recalled),
    }
    return staff_page(request, "consultations/staff/confirm.html", context)


def _in_words(form: CaseForm) -> list[tuple[str, str]]:
    pairs = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        shown = dict(getattr(field, "choices", [])).get(value, value)
        if shown:
            pairs.append((str(field.label), str(shown)))
    return pairs


def _after(request: PortalRequest, number: str) -> HttpResponse:
    """Back to the case, or to the queue when the act gave it away."""
    if Consultation.objects.visible_to(request.actor).filter(matter__receipt_no=number).exists():
        return redirect("staff:case", number)
    messages.info(request, f"{number} はほかの課の受け持ちになったため、一覧に戻りました。")
    response = redirect("staff:queue")
    response["Location"] += "?given=1"
    return response
