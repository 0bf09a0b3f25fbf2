"""The auditor's screens: the rows, who reads much, the chain and its checks. No content of any matter is here (AU4)."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import Actor
from chiba_ward.access.decorators import actor_required, fresh_sign_in_required
from chiba_ward.access.models import ReadLogEntry, ReadLogHead, ReadLogVerification
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import allows
from chiba_ward.access.readlog import Verb, kinds, review, verification
from chiba_ward.access.request import PortalRequest
from chiba_ward.ui.cells import safe_cell
from chiba_ward.ui.pagination import KeysetPaginator

LATEST_FIRST = ("-seq",)
WINDOWS = ((7, "7日"), (30, "30日"), (90, "90日"))
LISTED = 10
HEAD = (
    "番号", "日時", "区分", "氏名", "課・機関", "したこと", "何を", "件数", "対象", "案件(内部番号)",
    "結果", "担当外", "時間外", "名字が同じ", "理由", "画面", "要求番号", "ハッシュ",
)  # fmt: skip


def may_audit(actor: Actor) -> bool:
    """監査 alone reads the read log and checks its chain (ASSURANCE §5)."""
    return allows(actor, "read_log.read")


@actor_required(may_audit)
@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """Rows by filters in the address, the latest first."""
    chosen = review.EntryFilter(request.GET, queryset=_rows(), request=request)
    page = KeysetPaginator(_found(chosen), ("-pk",)).page(request.GET)
    readlog.saw("read_log", [row.seq for row in page], verb=Verb.LIST)
    context = {
        "title": "閲覧記録",
        "filter": chosen,
        "page": page,
        "rows": [_line(row) for row in page],
        "newest": verification.newest(),
        "query": _without_page(request),
        "days": review.USUAL_DAYS,
    }
    return staff_page(request, "access/read_log/index.html", context)


def _rows() -> Any:
    return ReadLogEntry.objects.all()


def _found(chosen: review.EntryFilter) -> Any:
    return chosen.qs if chosen.form.is_valid() else chosen.queryset.none()


def _without_page(request: PortalRequest) -> str:
    kept = request.GET.copy()
    for name in ("after", "before", "size"):
        kept.pop(name, None)
    return str(kept.urlencode())


def _line(row: ReadLogEntry) -> dict[str, Any]:
    marks = [("担当外", "waiting", row.is_outside_duty), ("時間外", "neutral", row.is_off_hours)]
    marks += [("名字が同じ", "neutral", row.is_same_surname), ("断った", "returned", row.verb == Verb.DENIED)]
    return {
        "row": row,
        "who": row.actor_name or row.get_actor_kind_display(),
        "kind": kinds.labels().get(row.kind, row.kind),
        "objects": "、".join([*map(str, row.ids[:5]), *row.keys[:3]]) + ("…" if row.amount > LISTED else ""),
        "marks": [(label, tone) for label, tone, holds in marks if holds],
    }


@actor_required(may_audit)
@fresh_sign_in_required(back="read_log:index")
@require_safe
def as_csv(request: PortalRequest) -> StreamingHttpResponse:
    """The rows as they are filtered; the export is itself in the log."""
    chosen = review.EntryFilter(request.GET, queryset=_rows(), request=request)
    rows = readlog.exported("read_log", _found(chosen).order_by("-seq").iterator(chunk_size=1000))
    response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="read-log-{timezone.localdate():%Y%m%d}.csv"'
    return response


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _lines(rows: Iterable[ReadLogEntry]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow(HEAD)
    for row in rows:
        yield writer.writerow([safe_cell(value) for value in _cells(row)])


def _cells(row: ReadLogEntry) -> tuple[object, ...]:
    return (
        row.seq,
        f"{timezone.localtime(row.at):%Y-%m-%d %H:%M:%S}",
        row.get_actor_kind_display(),
        row.actor_name or (f"利用者 {row.user_id}" if row.user_id else ""),
        row.office_name,
        row.get_verb_display(),
        kinds.labels().get(row.kind, row.kind),
        row.amount,
        " ".join([*map(str, row.ids), *row.keys]),
        " ".join(map(str, row.matter_ids)),
        row.result or "",
        *("○" if mark else "" for mark in (row.is_outside_duty, row.is_off_hours, row.is_same_surname)),
        row.reason,
        row.route,
        row.request_id,
        bytes(row.hash).hex(),
    )


@actor_required(may_audit)
@require_safe
def readers(request: PortalRequest) -> HttpResponse:
    """Who opened, searched and exported how much; late, beside their duty, with the family name of somebody concerned."""
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(number) for number, _ in WINDOWS} else WINDOWS[0][0]
    by = request.GET.get("by", "opened")
    found = review.readers(days, by)
    readlog.saw("person", [reader.user_id for reader in found], verb=Verb.LIST)
    context = {
        "title": "読んだ件数の多い人",
        "readers": found,
        "columns": [
            (label, f"?days={days}&by={name}", name == by) for name, (label, _) in review.COUNTS.items()
        ],
        "tabs": [
            {"label": label, "url": f"?days={number}&by={by}", "is_current": number == days}
            for number, label in WINDOWS
        ],
    }
    return staff_page(request, "access/read_log/readers.html", context)


@actor_required(may_audit)
@require_safe
def chain(request: PortalRequest) -> HttpResponse:
    """How far the chain reaches, what the last checks found, which heads lie outside."""
    context = {
        "title": "閲覧記録のつながり",
        "end": verification.end(),
        "newest": verification.newest(),
        "checks": list(ReadLogVerification.objects.select_related("started_by").order_by("-id")[:LISTED]),
        "heads": list(ReadLogHead.objects.order_by("-id")[:LISTED]),
    }
    return staff_page(request, "access/read_log/chain.html", context)


@actor_required(may_audit)
@require_POST
def start(request: PortalRequest) -> HttpResponse:
    """Owe a check of everything; a worker begins it within seconds."""
    check = verification.begin(by_id=request.user.pk)
    messages.success(request, "確かめ始めます。この画面を閉じても続きます。")
    return redirect("read_log:check", check.pk)


@actor_required(may_audit)
@require_safe
def check(request: PortalRequest, pk: int) -> HttpResponse:
    """One check: how far it is, then what it found."""
    return staff_page(
        request, "access/read_log/check.html", {"title": "つながりを確かめる", "check": _check(pk)}
    )


@actor_required(may_audit)
@require_safe
def check_state(request: PortalRequest, pk: int) -> HttpResponse:
    """The part of the page that changes. Opened as a page of its own, it leads to the whole page."""
    found = _check(pk)
    if not request.headers.get("HX-Request"):
        return redirect("read_log:check", pk)
    return render(request, "access/read_log/_check.html", {"check": found})


def _check(pk: int) -> ReadLogVerification:
    found = ReadLogVerification.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
