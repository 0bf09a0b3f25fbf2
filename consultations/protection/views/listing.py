"""What waits for somebody's word, and the protected matters of one's own compartments."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from chiba_ward.access import readlog
from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.readlog import Verb
from chiba_ward.access.request import PortalRequest
from consultations import choices, subjects
from consultations.protection.enums import TONES
from consultations.protection.enums import NotificationState as S
from consultations.protection.forms import ListForm, kind_labels
from consultations.protection.models import AbuseNotification
from consultations.protection.words import left_in_words, tone_of
from consultations.protection.work import to_confirm

MOST = 200


@dataclass(frozen=True)
class Row:
    number: str
    kinds: str
    state: str
    tone: str
    clock: str
    clock_tone: str
    received: Any
    ward: str
    holder: str


@require_safe
@staff_required
def index(request: PortalRequest) -> HttpResponse:
    """Numbers and steps; never a word of what was told."""
    form = ListForm(request.GET)
    found = list(_chosen(AbuseNotification.objects.visible_to(request.actor).with_clock(), form)[:MOST])
    readlog.saw("consultation", [one.pk for one in found], verb=Verb.LIST)
    context = {
        "title": "保護が必要な相談",
        "form": form,
        "is_narrowed": any(request.GET.get(name) for name in form.fields),
        "rows": [_row(one) for one in found],
        "is_cut": len(found) == MOST,
        "most": MOST,
    }
    return staff_page(request, "protection/index.html", context)


@require_safe
@staff_required
def waiting(request: PortalRequest) -> HttpResponse:
    """確認待ち: the number, the phrase, and how long there still is."""
    found = list(to_confirm(request.actor).select_related("matter")[:MOST])
    readlog.saw("consultation", [case.pk for case in found], verb=Verb.LIST)
    rows = [
        (case.receipt_no, subjects.phrases_in(case.hits), case.received_at, case.due_at) for case in found
    ]
    context = {"title": "保護が必要かを確かめる相談", "rows": rows, "now": timezone.now()}
    return staff_page(request, "protection/waiting.html", context)


def _chosen(rows: Any, form: ListForm) -> Any:
    chosen = form.cleaned_data if form.is_valid() else {}
    if chosen.get("show") != "all":
        rows = rows.filter(state=S.SEALED) if chosen.get("show") == "sealed" else rows.open()
    if kind := chosen.get("kind"):
        rows = rows.filter(kinds__contains=[kind])
    if state := chosen.get("state"):
        rows = rows.filter(state=state)
    if clock := chosen.get("clock"):
        rows = rows.late() if clock == "late" else rows.filter(check_due__isnull=clock == "met")
    return rows.order_by("-received_at", "-pk")


def _row(one: Any) -> Row:
    case, now, state = one.consultation, timezone.now(), S(one.state)
    is_running = one.check_due is not None
    return Row(
        number=case.receipt_no,
        kinds=kind_labels(one.kinds),
        state=state.label,
        tone=TONES[state],
        clock=left_in_words(one.check_due, now) if is_running else "確認済み",
        clock_tone=tone_of(one.check_due, now) if is_running else "done",
        received=one.received_at,
        ward=choices.ward_names().get(case.ward_id or 0, ""),
        holder=str(case.assignee.person) if case.assignee else "",
    )
