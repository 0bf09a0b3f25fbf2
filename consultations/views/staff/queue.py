"""受付・振り分けの一覧: risk first, then due time (J3)."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from chiba_ward.access.decorators import actor_required
from chiba_ward.access.pages import staff_page
from chiba_ward.casework.calendars import calendar_of
from chiba_ward.directory.models import Office
from chiba_ward.ui.pagination import KeysetPaginator
from consultations import policy
from consultations.enums import STATE_TONES, Flag, State
from consultations.filters import QueueFilter
from consultations.forms.staff import BulkForm
from consultations.models import Consultation
from consultations.services import triage
from consultations.words import due_in_words

ORDER = ("risk_rank", "due_at", "pk")


@dataclass(frozen=True)
class Row:
    """One line of the queue with its words ready: a template formats nothing in a loop."""

    pk: int
    number: str
    concern: str
    risk: str
    risk_tone: str
    state: str
    state_tone: str
    due: str
    is_overdue: bool
    received: str
    assignee: str
    ward: str
    fields: str
    flags: str
    unread: int


@actor_required(policy.may_triage)
def queue(request: HttpRequest) -> HttpResponse:
    """Filters, counts, keyset pages; every number is what this actor may open."""
    visible = Consultation.objects.visible_to(request.actor)
    chosen = QueueFilter(request.GET, queryset=visible, request=request)
    rows = chosen.qs if chosen.form.is_valid() else visible.open()
    page = KeysetPaginator(rows.for_queue(), ORDER).page(request.GET)
    context = {
        "title": "相談の一覧",
        "filter": chosen,
        "page": page,
        "rows": _rows(page.rows, request.actor.posting.post.office),
        "tabs": _tabs(request, visible),
        "bulk": BulkForm(office=request.actor.posting.post.office),
        "is_filtered": bool(request.GET),
    }
    return staff_page(request, "consultations/staff/queue.html", context)


@require_POST
@actor_required(policy.may_triage)
def bulk(request: HttpRequest) -> HttpResponse:
    """まとめて振り分ける. What could not go is said, one reason each."""
    form = BulkForm(request.POST, office=request.actor.posting.post.office)
    chosen = [int(pk) for pk in request.POST.getlist("case") if pk.isdigit()]
    if not chosen:
        messages.warning(request, "振り分ける相談に印を付けてください。")
    elif not form.is_valid():
        messages.error(request, "振り分け先の課を選んでください。")
    else:
        done, problems = triage.bulk_assign(chosen, by=request.actor, office=form.cleaned_data["office"])
        if done:
            messages.success(request, f"{done}件を振り分けました。")
        for problem in sorted(set(problems)):
            messages.error(request, problem)
    return redirect(f"{reverse('staff:queue')}?{QueryDict(request.POST.get('back', '')).urlencode()}")


def _rows(cases: Any, office: Office) -> list[Row]:
    now, calendar = timezone.now(), calendar_of(office)
    return [_row(case, now, calendar) for case in cases]


def _row(case: Consultation, now: Any, calendar: Any) -> Row:
    return Row(
        pk=case.pk,
        number=case.receipt_no,
        concern=case.chief_concern,
        risk=_risk(case),
        risk_tone="urgent" if case.risk_rank <= 1 else "neutral",
        state=str(State(case.state).label),
        state_tone=STATE_TONES[State(case.state)],
        due=_due(case, now, calendar),
        is_overdue=bool(case.is_open and not case.waiting_since and case.due_at and case.due_at < now),
        received=timezone.localtime(case.received_at).strftime("%m/%d %H:%M"),
        assignee=str(case.assignee.person) if case.assignee else "",
        ward=case.ward.name if case.ward else "区不明",
        fields="・".join(field.name for field in case.fields.all()),
        flags="・".join(str(Flag(flag).label) for flag in case.flags),
        unread=case.unread_messages,
    )


def _risk(case: Consultation) -> str:
    """緊急度 a human set; before that, what the phrases suggest, marked as a question."""
    if case.urgency:
        return case.urgency
    return f"{case.hits[0]['urgency']}?" if case.hits else ""


def _due(case: Consultation, now: Any, calendar: Any) -> str:
    if case.waiting_since:
        return "返事待ち（時計は停止中）"
    return due_in_words(case.due_at if case.is_open else None, now, calendar)


def _tabs(request: HttpRequest, visible: Any) -> list[dict[str, Any]]:
    """The views a clerk changes between all day, each with its count of open cases."""
    opened = visible.open()
    choices = [
        ("", "対応中すべて", opened),
        ("whose=none", "担当なし", opened.filter(assignee__isnull=True)),
        ("whose=mine", "自分の担当", opened.filter(assignee=request.actor.posting)),
        ("due=overdue", "期限を過ぎた", visible.overdue()),
        ("due=unread", "未読の連絡", opened.filter(unread_messages__gt=0)),
        ("due=waiting", "返事待ち", opened.filter(waiting_since__isnull=False)),
    ]
    current = request.GET.urlencode()
    return [
        {"label": label, "url": f"?{query}", "count": rows.order_by().count(), "is_current": current == query}
        for query, label, rows in choices
    ]
