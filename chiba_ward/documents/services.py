"""Ask for a PDF, make it, look after those that were left behind (ASSURANCE PD2, PD3, DU5).

The row is the debt: it says what is owed, how far it is and why it failed. The outbox hands it to the documents
queue; when worker or broker lose it there, `reconcile` finds the row.
"""

import datetime as dt
import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import blobs
from chiba_ward.casework.file_owners import in_folder
from chiba_ward.casework.models import Matter
from chiba_ward.casework.reconciliation import Held
from chiba_ward.compartments import services as compartments
from chiba_ward.documents import registry
from chiba_ward.documents.enums import DocumentState
from chiba_ward.documents.models import Document
from chiba_ward.documents.renderer import DocumentError, Progress, RenderedPdf, render_pdf
from chiba_ward.outbox.failures import safe_text
from chiba_ward.outbox.services import owe

MAKE = "documents.make"
MAX_ATTEMPTS = 3
FIRST_PAUSE = dt.timedelta(seconds=15)
# Longer than the hard time limit of the task: whoever worked on it is dead.
STALE = dt.timedelta(seconds=150)
SILENT = dt.timedelta(seconds=60)
BUILDING_SHARE = 40
SEALED_IN = "matter__compartment"

logger = logging.getLogger(__name__)


def request(
    kind: str,
    *,
    title: str,
    matter: Matter | None = None,
    by: Actor,
    params: Mapping[str, int | str] | None = None,
) -> Document:
    """Owe a PDF in the caller's transaction. `params` holds ids and code words, never names.

    Raises registry.UnknownDocumentKindError.
    """
    registry.kind_of(kind)
    document = Document.objects.create(
        kind=kind, title=title[:120], matter=matter, requested_by=by.posting, params=dict(params or {})
    )
    _owe(document)
    return document


def retry(document: Document) -> bool:
    """A person asks again for one that failed; False when it has not failed."""
    with transaction.atomic():
        revived = Document.objects.filter(pk=document.pk, state=DocumentState.FAILED).update(
            state=DocumentState.QUEUED, attempts=0, progress=0, error="", started_at=None
        )
        if revived:
            _owe(document, f"again:{timezone.now().timestamp():.3f}")
    return bool(revived)


def make(document_id: str | UUID) -> str:
    """Make one document if it is still owed; the state it is left in. Any number of calls makes one PDF.

    No transaction is open while it is built, so that progress shows and no lock waits for a layout.
    """
    claimed = _claim(document_id)
    if claimed is None:
        return "skipped"
    try:
        pdf = _build(claimed)
        return _store(claimed, pdf)
    except BaseException as error:
        # Not only Exception: what ends a builder must be seen, whatever it is (ASSURANCE PD3).
        state = _record_failure(claimed, error)
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        return state


@dataclass(frozen=True)
class Reconciliation:
    """`silent` were owed and forgotten, `stale` lost their worker, `lost` lost their file."""

    silent: int
    stale: int
    lost: int


def reconcile(now: dt.datetime | None = None) -> Reconciliation:
    """Put every document back on its way that nobody is working on; every minute."""
    now = now or timezone.now()
    looked_at = Document.objects.filter(_stale(now) | _forgotten(now) | _finished_lately(now))
    found = []
    for compartment in compartments.rounds(looked_at, SEALED_IN):
        with compartments.work(compartment, reason="documents that nobody works on"), compartments.here():
            found.append(_reconcile_round(now))
    return Reconciliation(
        silent=sum(one.silent for one in found),
        stale=sum(one.stale for one in found),
        lost=sum(one.lost for one in found),
    )


def _reconcile_round(now: dt.datetime) -> Reconciliation:
    stale = [_revive(pk, now) for pk in _ids(_stale(now))]
    silent = list(_of_this_round().filter(_forgotten(now)).order_by("created_at"))
    for document in silent:
        _remind(document, now)
    lost = [remake(pk) for pk in _without_blob(now)]
    return Reconciliation(silent=len(silent), stale=sum(stale), lost=sum(lost))


def _stale(now: dt.datetime) -> Q:
    return Q(state=DocumentState.WORKING, started_at__lt=now - STALE)


def _forgotten(now: dt.datetime) -> Q:
    return Q(state=DocumentState.QUEUED) & (
        Q(started_at__isnull=True, created_at__lt=now - SILENT)
        | Q(started_at__lt=now - SILENT - FIRST_PAUSE * 4**MAX_ATTEMPTS)
    )


def _finished_lately(now: dt.datetime) -> Q:
    return Q(state=DocumentState.DONE, done_at__gt=now - dt.timedelta(days=1))


def _of_this_round() -> QuerySet[Document]:
    return compartments.of_this_round(Document.objects.all(), SEALED_IN)


# -- the steps of one document


def _claim(document_id: str | UUID) -> Document | None:
    now = timezone.now()
    with compartments.atomic():
        rows = Document.objects.select_for_update(skip_locked=True)
        owed = Q(state=DocumentState.QUEUED) | Q(state=DocumentState.WORKING, started_at__lt=now - STALE)
        document = rows.filter(owed, pk=document_id).first()
        if document is None:
            return None
        document.state, document.started_at, document.progress = DocumentState.WORKING, now, 0
        document.attempts += 1
        document.save(update_fields=["state", "started_at", "progress", "attempts"])
    return document


def _build(document: Document) -> RenderedPdf:
    bar = _Bar(document)
    with compartments.here():
        source = registry.kind_of(document.kind).build(document, bar.part(0, BUILDING_SHARE))
    bar.show(BUILDING_SHARE)
    return render_pdf(source.html, assets=source.assets, on_progress=bar.part(BUILDING_SHARE, 99))


def _store(document: Document, pdf: RenderedPdf) -> str:
    """The blob first, then the row. If another worker took over meanwhile, this PDF is thrown away."""
    name = blobs.write(pdf.content)
    mine = Document.objects.filter(
        pk=document.pk, state=DocumentState.WORKING, started_at=document.started_at
    )
    with compartments.here():
        done = mine.update(
            state=DocumentState.DONE,
            progress=100,
            blob=name,
            sha256=pdf.sha256,
            pages=pdf.pages,
            error="",
            done_at=timezone.now(),
        )
    if not done:
        blobs.delete(name)
        return "skipped"
    return DocumentState.DONE


def _record_failure(document: Document, error: BaseException) -> str:
    """Another try after a pause; after the third the failure stands where people see it."""
    logger.error("document %s, try %d: %s", document.pk, document.attempts, safe_text(error))
    is_last = document.attempts >= MAX_ATTEMPTS
    state = DocumentState.FAILED if is_last else DocumentState.QUEUED
    with compartments.atomic():
        mine = Document.objects.filter(
            pk=document.pk, state=DocumentState.WORKING, started_at=document.started_at
        ).update(state=state, error=_reason(error)[:300])
        if mine and not is_last:
            pause = FIRST_PAUSE * 4 ** (document.attempts - 1)
            _owe(document, f"try:{document.started_at:%Y%m%d%H%M%S.%f}", timezone.now() + pause)
    return state


def _reason(error: BaseException) -> str:
    if isinstance(error, DocumentError):
        return error.message
    if isinstance(error, SoftTimeLimitExceeded):
        return "時間がかかりすぎたため止めました。期間や件数を絞って、分けて作ってください。"
    return "文書を作れませんでした。もう一度作り、くり返すときは管理者に知らせてください。"


# -- putting back on the way


def _owe(document: Document, again: str = "", available_at: dt.datetime | None = None) -> None:
    key = f"document:{document.pk}" + (f":{again}" if again else "")
    owe(MAKE, {"document": str(document.pk)}, key=key, available_at=available_at, matter=document.matter)


def _ids(condition: Q) -> list[UUID]:
    return list(_of_this_round().filter(condition).order_by("created_at").values_list("pk", flat=True))


def _revive(document_id: UUID, now: dt.datetime) -> bool:
    """The worker died with it: the next try, or the end when it took three workers with it."""
    with transaction.atomic():
        rows = Document.objects.select_for_update(skip_locked=True)
        lost = rows.filter(pk=document_id, state=DocumentState.WORKING, started_at__lt=now - STALE).first()
        if lost is None:
            return False
        if lost.attempts >= MAX_ATTEMPTS:
            lost.state, lost.error = (
                DocumentState.FAILED,
                "作成中に止まりました。期間や件数を絞って、もう一度作ってください。",
            )
        else:
            lost.state = DocumentState.QUEUED
            _owe(lost, f"stale:{lost.started_at:%Y%m%d%H%M%S.%f}")
        lost.save(update_fields=["state", "error"])
    return True


def _remind(document: Document, now: dt.datetime) -> None:
    # One reminder in ten minutes: a long queue must not be filled with copies of itself.
    _owe(document, f"silent:{int(now.timestamp() // 600)}")


def _without_blob(now: dt.datetime) -> list[UUID]:
    recent = _of_this_round().filter(_finished_lately(now))
    rows = recent.order_by("-done_at").values_list("pk", "blob")[:500]
    return [pk for pk, name in rows if not (name and default_storage.exists(name))]


def remake(document_id: Any) -> bool:
    """Make a finished PDF anew that was lost or is damaged."""
    with transaction.atomic():
        changed = Document.objects.filter(pk=document_id, state=DocumentState.DONE).update(
            state=DocumentState.QUEUED, attempts=0, progress=0, blob="", done_at=None, started_at=None
        )
        if changed:
            document = Document.objects.get(pk=document_id)
            _owe(document, f"lost:{timezone.now().timestamp():.3f}")
    return bool(changed)


def blobs_in(folder: str) -> Iterator[Held]:
    """The PDFs whose blob lies in a folder of the store, for the comparison of disk and rows."""
    rows = in_folder(Document.objects.all(), folder).values_list("pk", "blob", "sha256")
    for pk, name, sha256 in rows:
        yield Held(pk, name, sha256)


class _Bar:
    """Writes progress at most every 0.3 s and only forwards: each write is a query."""

    def __init__(self, document: Document) -> None:
        self._rows = Document.objects.filter(pk=document.pk, started_at=document.started_at)
        self._shown, self._at = 0, 0.0

    def part(self, begin: int, end: int) -> Progress:
        """A reporter of 0 to 100 for one part of the work."""
        return lambda percent: self.show(begin + (end - begin) * max(0, min(percent, 100)) // 100)

    def show(self, percent: int) -> None:
        if percent <= self._shown or time.monotonic() - self._at < 0.3:
            return
        with compartments.here():
            self._rows.filter(progress__lt=percent).update(progress=percent)
        self._shown, self._at = percent, time.monotonic()
