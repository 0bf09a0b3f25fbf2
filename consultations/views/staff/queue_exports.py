"""The queue as it is filtered: for Excel, and on paper at the end of the day."""

import csv
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from chiba_ward.access import readlog
from chiba_ward.access.decorators import fresh_sign_in_required, staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import rows
from chiba_ward.access.readlog import Verb
from chiba_ward.access.request import PortalRequest
from chiba_ward.casework.calendars import calendar_of
from chiba_ward.casework.opening_hours import TOKYO
from consultations import choices, subjects
from consultations.exports import safe_cell
from consultations.filters import QueueFilter
from consultations.models import Consultation
from consultations.views.staff.queue import filtered, order_of
from consultations.views.staff.rows import FLAGS, STATES, Spell, due_of, rows_of, spelling

HEAD = (
    "受付番号",
    "緊急度",
    "期限",
    "期限まで",
    "状態",
    "ひとことで",
    "区",
    "分野",
    "注意",
    "担当課",
    "担当",
    "受付日時",
    "受付経路",
    "未読",
)
MOST_ON_PAPER = 300


class _Line:
    """A file that gives back what is written to it: rows leave one by one, memory stays flat."""

    def write(self, text: str) -> str:
        return text


@require_safe
@staff_required
@fresh_sign_in_required(back="staff:queue")
def queue_csv(request: PortalRequest) -> StreamingHttpResponse:
    """UTF-8 with BOM, every cell neutralised (OU1); exactly the rows the list shows this actor."""
    chosen = _chosen(request)
    cases = filtered(chosen).for_queue().order_by(*order_of(chosen))
    shown = readlog.exported("consultation", _confirmed(cases, chosen))
    response = StreamingHttpResponse(_lines(shown, request), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = (
        f'attachment; filename="consultations-{timezone.localdate():%Y%m%d}.csv"'
    )
    return response


@require_safe
@staff_required
def queue_print(request: PortalRequest) -> HttpResponse:
    """終業時の一覧: what stays open tonight, by risk and due, with room to tick and to sign."""
    chosen = _chosen(request)
    cases = list(filtered(chosen).for_queue().order_by(*order_of(chosen))[: MOST_ON_PAPER + 1])
    readlog.saw("consultation", [case.pk for case in cases[:MOST_ON_PAPER]], verb=Verb.PRINT)
    context = {
        "title": f"相談の一覧　{timezone.localtime():%Y年%-m月%-d日 %H:%M}",
        "rows": rows_of(
            chosen.confirmed(cases[:MOST_ON_PAPER]), request.actor.posting.post.office, request.actor
        ),
        "is_cut": len(cases) > MOST_ON_PAPER,
        "most": MOST_ON_PAPER,
        "conditions": chosen.in_words,
    }
    return staff_page(request, "consultations/staff/queue_print.html", context)


def _chosen(request: PortalRequest) -> QueueFilter:
    """Of the list, what this actor may also take out of the portal."""
    permitted = Consultation.objects.filter(rows(request.actor, "consultation.export"))
    return QueueFilter(request.GET, queryset=permitted, request=request)


def _confirmed(cases: Any, chosen: QueueFilter) -> Iterator[Consultation]:
    """The rows a thousand at a time, without those that the blind index found by accident."""
    stream = cases.iterator(chunk_size=1000)
    while some := list(islice(stream, 1000)):
        yield from chosen.confirmed(some)


def _lines(cases: Iterable[Consultation], request: PortalRequest) -> Iterator[str]:
    writer, now = csv.writer(_Line()), timezone.now()
    spell = spelling(now, calendar_of(request.actor.posting.post.office))
    yield "\ufeff"
    yield writer.writerow(HEAD)
    for case in cases:
        yield writer.writerow([safe_cell(value) for value in _cells(case, now, spell, request)])


def _cells(case: Consultation, now: Any, spell: Spell, request: PortalRequest) -> tuple[object, ...]:
    names, fields = choices.office_names(), choices.field_names()
    return (
        case.receipt_no,
        case.urgency,
        _minute(case.due_at) if case.is_open else "",
        due_of(case, now, spell)[0],
        STATES[case.state],
        subjects.subject_of(case, request.actor),
        choices.ward_names().get(case.ward_id or 0, "区不明"),
        "・".join(fields[pk] for pk in case.field_ids if pk in fields),
        "・".join(FLAGS[flag] for flag in case.flags),
        names.get(case.desk_office_id, ""),
        case.assignee.person if case.assignee else "",
        _minute(case.received_at),
        case.get_channel_display(),
        case.unread_messages or "",
    )


def _minute(moment: Any) -> str:
    return f"{moment.astimezone(TOKYO):%Y-%m-%d %H:%M}" if moment else ""
