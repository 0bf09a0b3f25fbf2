"""Meetings: the list, a new one, the one page on which it is prepared, held and minuted. Staff and members read the
same facts; only the convener has forms."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import Actor, actor_of_request
from chiba_ward.access.decorators import partner_required, staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.readlog import Verb
from chiba_ward.access.views_support import get_permitted
from chiba_ward.casework import outside_duty
from chiba_ward.documents import services as documents
from chiba_ward.ui.pagination import KeysetPaginator
from consultations import choices
from consultations.forms.beside import name_of
from consultations.models import ConsentGrant, Consultation
from consultations.policy_referral import may_withdraw_consent
from consultations.support import documents as prints
from consultations.support import papers, policy
from consultations.support.enums import MEETING_TONES, MeetingKind, MeetingState
from consultations.support.forms.meeting import ApproveForm, NewForm
from consultations.support.kinds import kind_of
from consultations.support.models import Meeting, MinutesSupplement
from consultations.support.services import consents, meetings, minutes
from consultations.support.views.acts import ACTS
from consultations.views.acting import Acts, add_refusal
from consultations.workflow.errors import Refused

ROWS = Meeting.objects.select_related("consultation__matter", "office")
PAGE = 50
TABS = (("ahead", "これから"), ("held", "開催済み"), ("all", "すべて"))


@staff_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return staff_page(request, "support/staff/meetings.html", _list(request, "support:meeting"))


@partner_required
@require_safe
def partner_index(request: HttpRequest) -> HttpResponse:
    return render(request, "support/partner/meetings.html", _list(request, "support_partner:meeting"))


def _list(request: HttpRequest, view: str) -> dict[str, Any]:
    actor = actor_of_request(request)
    tab = request.GET.get("tab", "")
    tab = tab if tab in dict(TABS) else "ahead"
    rows = Meeting.objects.visible_to(actor)
    found = {"ahead": rows.ahead, "held": rows.held, "all": rows.all}[tab]().select_related(
        "consultation__matter", "office"
    )
    page = KeysetPaginator(found, ("-starts_at", "-pk"), size=PAGE).page(request.GET)
    matters = [one.consultation_id for one in page]
    readlog.saw("support_meeting", [one.pk for one in page], verb=Verb.LIST, matters=matters)
    return {
        "title": "会議",
        "tabs": [{"label": label, "url": f"?tab={name}", "is_current": name == tab} for name, label in TABS],
        "page": page,
        "rows": [_row(one) for one in page],
        "view": view,
    }


def _row(meeting: Meeting) -> dict[str, Any]:
    state = MeetingState(meeting.state)
    return {
        "meeting": meeting,
        "number": meeting.consultation.receipt_no,
        "office": choices.office_names().get(meeting.office_id, ""),
        "state": state.label,
        "tone": MEETING_TONES[state],
    }


@staff_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, number: str) -> HttpResponseBase:
    """準備: the kind decides who may see what and whose consent is needed."""
    actor = actor_of_request(request)
    case = get_permitted(
        request, Consultation.objects.select_related("matter", "desk_office"), matter__receipt_no=number
    )
    outside_duty.require_reason_for(request, case.matter)
    form = NewForm(request.POST or None, initial={"requested_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        wanted = {name: form.cleaned_data[name] for name in ("kind", "purpose", "place", "requested_on")}
        try:
            made = meetings.plan(case.pk, by=actor, starts_at=form.starts_at, **wanted)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, "会議の準備を始めました。つぎは、招く人と守秘の誓約を記録します。")
            return redirect("support:meeting", made.pk)
    readlog.saw("consultation", [case.pk])
    context = {"title": "会議を準備する", "case": case, "form": form}
    return staff_page(request, "support/staff/new.html", context, status=422 if form.errors else 200)


@staff_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    return show(request, _one(request, pk))


@partner_required
@require_safe
def partner_detail(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = get_permitted(request, ROWS, pk=pk)
    context = facts(request, meeting)
    return render(request, "support/partner/meeting.html", context)


@staff_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    return ON_MEETING.press(request, _one(request, pk), name)


@staff_required
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponseBase:
    """確定 by the head, of exactly the draft that was on the screen."""
    meeting, form = _one(request, pk), ApproveForm(request.POST, prefix="approve")
    if form.is_valid():
        try:
            minutes.approve(meeting.pk, by=actor_of_request(request), seen=form.cleaned_data["seen"])
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, "会議録を確定しました。これからは追補だけを書けます。")
            return redirect("support:meeting", pk)
    return show(request, meeting, {"approve": form}, status=422)


@staff_required
@require_POST
def print_paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _print(request, _one(request, pk))


@partner_required
@require_POST
def partner_print(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _print(request, get_permitted(request, ROWS, pk=pk))


def _print(request: HttpRequest, meeting: Meeting) -> HttpResponseBase:
    sheet, actor = request.POST.get("sheet", prints.AGENDA), actor_of_request(request)
    if sheet not in prints.TITLES or not prints.may_print(actor, meeting, sheet):
        raise Http404
    with transaction.atomic():
        document = documents.request(
            prints.PAPER,
            title=f"{prints.TITLES[sheet]} {meeting.consultation.receipt_no}-{meeting.sequence}",
            matter=meeting.consultation.matter,
            by=actor,
            params={"meeting": meeting.pk, "sheet": sheet},
        )
    return redirect("documents:show", document.pk)


def _one(request: HttpRequest, pk: int) -> Meeting:
    """By the door of this request; seeing the meeting is one right, each act another."""
    return get_permitted(request, ROWS, pk=pk)


def show(
    request: HttpRequest, meeting: Meeting, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    actor, bound = actor_of_request(request), bound or {}
    allowed = policy.acts_open_to(actor, meeting)
    written = minutes.of(meeting)
    may_approve = policy.may_approve(actor, meeting) and written is not None
    context = {
        **facts(request, meeting),
        **ON_MEETING.shown(meeting, actor, bound, **{name: _initial(name, written) for name in allowed}),
        "may_prepare": policy.may_prepare(actor, meeting),
        "may_see_case": _sees_case(actor, meeting),
        "approve": bound.get("approve") or (_approve_form(written) if may_approve and written else None),
        "may_approve": may_approve,
        "lacking": _lacking(meeting) if allowed else [],
        "consents": _consents(actor, meeting),
        "next_step": next_step(meeting),
    }
    return staff_page(request, "support/staff/meeting.html", context, status=status)


def _initial(name: str, written: Any) -> dict[str, Any]:
    if name == "minutes" and written is not None:
        return {"initial": {"points": written.points, "decisions": written.decisions}}
    if name in ("pledge", "consent", "hold"):
        today = timezone.localdate()
        return {"initial": {"pledged_on": today, "obtained_on": today, "held_on": today}}
    return {}


def _approve_form(written: Any) -> ApproveForm:
    return ApproveForm(prefix="approve", initial={"seen": int(written.written_at.timestamp())})


def _sees_case(actor: Actor, meeting: Meeting) -> bool:
    return Consultation.objects.visible_to(actor).filter(pk=meeting.consultation_id).exists()


def _lacking(meeting: Meeting) -> list[str]:
    """Who of the household could not be discussed now, and why: only where consent is needed."""
    if not kind_of(meeting.kind).needs_consent:
        return []
    names, found = choices.office_names(), []
    for party in meeting.consultation.parties.exclude(kind="proxy").order_by("kind", "pk"):
        if missing := consents.missing_for(meeting, party):
            offices = "、".join(names.get(office.pk, "") for office in missing)
            found.append(f"{name_of(party)}：{offices}に話す同意がありません。")
    return found


def _consents(actor: Actor, meeting: Meeting) -> list[dict[str, Any]]:
    """Who may hear of whom, for the section that keeps the case: each can be printed and withdrawn by itself."""
    if not (kind_of(meeting.kind).needs_consent and policy.may_prepare(actor, meeting)):
        return []
    rows = ConsentGrant.objects.filter(consultation=meeting.consultation_id, person__isnull=False)
    rows = rows.filter(to_office__in=meeting.members.values("office")).select_related(
        "person", "consultation"
    )
    readlog.saw("consent", [one.pk for one in rows.order_by("pk")], matters=[meeting.consultation_id])
    names = choices.office_names()
    return [
        {
            "consent": one,
            "who": name_of(one.person) if one.person else "",
            "office": names.get(one.to_office_id, ""),
            "may_withdraw": may_withdraw_consent(actor, one),
        }
        for one in rows.order_by("person", "pk")
    ]


def facts(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """What every member reads; the minutes once they are approved."""
    actor = actor_of_request(request)
    readlog.saw("support_meeting", [meeting.pk], matters=[meeting.consultation_id])
    may_read = policy.may_read_minutes(actor, meeting)
    written = minutes.of(meeting) if may_read else None
    return {
        **_row(meeting),
        **papers.of_meeting(meeting),
        "title": f"{meeting.get_kind_display()}　{meeting.consultation.receipt_no}",
        "kind": MeetingKind(meeting.kind),
        "minutes": written,
        "supplements": list(_supplements(written)) if written else [],
        "lead": choices.office_names().get(meeting.lead_office_id or 0, ""),
    }


def _supplements(written: Any) -> Any:
    return MinutesSupplement.objects.filter(minutes=written).select_related("by__person").order_by("pk")


NEXT = {
    MeetingState.PLANNED: "招く人の守秘義務の根拠と誓約、対象者、議題を記録して、構成員を確定します。",
    MeetingState.MEMBERS_FIXED: "次第と資料を印刷して会議を開きます。終わったら、開催と出席を記録します。",
    MeetingState.HELD: "役割分担と会議録を書きます。会議録は、所属長が確定します。",
    MeetingState.MINUTES_APPROVED: "役割が期限までに済むか、次に見直す日まで見守ります。",
    MeetingState.CANCELLED: "中止した会議です。",
}


def next_step(meeting: Meeting) -> str:
    return NEXT[MeetingState(meeting.state)]


ON_MEETING = Acts(
    keyword="meeting",
    known=ACTS,
    open_to=policy.acts_open_to,
    moved="会議が動いたので、この操作はもうできません。いまの状態を確かめてください。",
    page="support:meeting",
    show=show,
)
