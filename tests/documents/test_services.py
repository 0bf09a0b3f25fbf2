import datetime as dt
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.storage import default_storage
from django.db import connections
from django.utils import timezone
from kombu import pools

from chiba_ward.access.actor import SYSTEM, actor_of
from chiba_ward.casework import my_work
from chiba_ward.casework.reconciliation import reconcile
from chiba_ward.directory.enums import Role
from chiba_ward.documents import effects, registry, services, tasks
from chiba_ward.documents.duties import failed_documents
from chiba_ward.documents.enums import DocumentState
from chiba_ward.documents.models import Document
from chiba_ward.documents.registry import PdfSource
from chiba_ward.documents.renderer import Progress
from chiba_ward.outbox.models import OutboxEntry
from tests.documents.conftest import KIND, letter
from tests.factories import make_posting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media", "announce")]
Announce = Callable[[Any], None]


def ask(**fields: Any) -> Document:
    return services.request(KIND, **{"title": "受付票", "by": SYSTEM, **fields})


def aged(document: Document, seconds: int, **fields: Any) -> Document:
    moment = timezone.now() - dt.timedelta(seconds=seconds)
    Document.objects.filter(pk=document.pk).update(created_at=moment, **fields)
    document.refresh_from_db()
    return document


def fails(error: BaseException) -> Callable[[Document, Progress], PdfSource]:
    def build(document: Document, progress: Progress) -> PdfSource:
        raise error

    return build


def test_asking_owes_the_document_with_ids_only() -> None:
    document = ask(params={"consultation": 7})
    entry = OutboxEntry.objects.get()
    assert (entry.kind, entry.payload) == (services.MAKE, {"document": str(document.pk)})
    assert (document.state, document.params) == (DocumentState.QUEUED, {"consultation": 7})


def test_a_kind_that_nobody_announced_is_refused() -> None:
    with pytest.raises(registry.UnknownDocumentKindError):
        services.request("probe.none", title="x", by=SYSTEM)


def test_a_document_is_made_kept_and_counted(media: Path) -> None:
    document = ask()
    assert services.make(document.pk) == DocumentState.DONE
    document.refresh_from_db()
    assert (document.state, document.progress, document.error) == (DocumentState.DONE, 100, "")
    assert document.pages == 1
    assert document.done_at is not None
    with document.blob.open() as stored:
        content = stored.read()
    assert content.startswith(b"%PDF-")
    assert len(document.sha256) == 64


def test_making_it_again_changes_nothing(media: Path) -> None:
    document = ask()
    services.make(document.pk)
    before = Document.objects.values().get()
    assert services.make(document.pk) == "skipped"
    assert tasks.make(str(document.pk)) == "skipped"
    assert Document.objects.values().get() == before
    assert len([path for path in media.rglob("*") if path.is_file()]) == 1


def test_progress_is_seen_while_it_is_made(announce: Announce) -> None:
    seen: list[int] = []

    def build(document: Document, progress: Progress) -> PdfSource:
        progress(50)
        seen.append(Document.objects.values_list("progress", flat=True).get())
        return letter(document, lambda percent: None)

    announce(build)
    services.make(ask().pk)
    assert seen == [20]


@pytest.mark.parametrize(
    "error", [ValueError("佐藤花子"), MemoryError(), BaseException("佐藤花子"), SoftTimeLimitExceeded()]
)
def test_a_failure_is_seen_tried_again_and_stands_after_the_third(
    error: BaseException, announce: Announce, caplog: pytest.LogCaptureFixture
) -> None:
    announce(fails(error))
    document = ask()
    assert services.make(document.pk) == DocumentState.QUEUED
    document.refresh_from_db()
    assert document.error
    assert document.state == DocumentState.QUEUED
    again = OutboxEntry.objects.exclude(key=f"document:{document.pk}").get()
    assert again.available_at > timezone.now() + dt.timedelta(seconds=10)
    assert services.make(document.pk) == DocumentState.QUEUED
    assert services.make(document.pk) == DocumentState.FAILED
    assert services.make(document.pk) == "skipped"
    document.refresh_from_db()
    assert (document.state, document.attempts, document.blob.name) == (DocumentState.FAILED, 3, "")
    assert "佐藤花子" not in document.error + caplog.text


def test_the_renderer_says_why_in_words_for_staff(announce: Announce) -> None:
    announce(lambda document, progress: PdfSource("<div>" * 40))
    document = ask()
    services.make(document.pk)
    document.refresh_from_db()
    assert "深すぎて" in document.error


def test_a_stop_of_the_worker_is_recorded_and_not_swallowed(announce: Announce) -> None:
    announce(fails(SystemExit()))
    document = ask()
    with pytest.raises(SystemExit):
        services.make(document.pk)
    document.refresh_from_db()
    assert document.state == DocumentState.QUEUED


def test_a_failed_document_can_be_asked_for_again(announce: Announce) -> None:
    announce(fails(ValueError()))
    document = ask()
    for _ in range(3):
        services.make(document.pk)
    assert services.retry(document)
    assert not services.retry(document)
    announce(letter)
    assert services.make(document.pk) == DocumentState.DONE


def test_a_dead_worker_does_not_keep_the_document() -> None:
    document = ask()
    old = timezone.now() - dt.timedelta(seconds=200)
    aged(document, 300, state=DocumentState.WORKING, started_at=old, attempts=1)
    assert services.reconcile() == services.Reconciliation(silent=0, stale=1, lost=0)
    assert services.reconcile() == services.Reconciliation(silent=0, stale=0, lost=0)
    document.refresh_from_db()
    assert document.state == DocumentState.QUEUED
    assert OutboxEntry.objects.count() == 2
    assert services.make(document.pk) == DocumentState.DONE


def test_a_document_that_takes_three_workers_with_it_has_failed() -> None:
    old = timezone.now() - dt.timedelta(seconds=200)
    document = aged(ask(), 600, state=DocumentState.WORKING, started_at=old, attempts=3)
    services.reconcile()
    document.refresh_from_db()
    assert document.state == DocumentState.FAILED
    assert document.error


def test_one_that_is_being_made_is_left_alone() -> None:
    document = aged(ask(), 100, state=DocumentState.WORKING, started_at=timezone.now(), attempts=1)
    assert services.reconcile() == services.Reconciliation(0, 0, 0)
    assert services.make(document.pk) == "skipped"


def test_one_that_the_queue_forgot_is_handed_over_again_but_not_every_minute() -> None:
    aged(ask(), 61)
    assert services.reconcile().silent == 1
    assert services.reconcile().silent == 1
    assert OutboxEntry.objects.count() == 2


def test_one_whose_file_is_gone_is_made_again(media: Path) -> None:
    document = ask()
    services.make(document.pk)
    document.refresh_from_db()
    default_storage.delete(document.blob.name)
    assert services.reconcile() == services.Reconciliation(silent=0, stale=0, lost=1)
    assert services.make(document.pk) == DocumentState.DONE
    assert services.reconcile() == services.Reconciliation(0, 0, 0)


def test_the_blobs_of_documents_are_known_to_the_nightly_comparison(media: Path) -> None:
    lost, kept = ask(), ask()
    for document in (lost, kept):
        services.make(document.pk)
        document.refresh_from_db()
    later = timezone.now() + dt.timedelta(days=3)
    report = reconcile(now=later)
    assert (report.rows, report.verified, report.agrees, report.orphans) == (2, 2, True, 0)
    Path(default_storage.path(lost.blob.name)).write_bytes(b"%PDF-another")
    assert reconcile(now=later).damaged == 1
    assert reconcile(repair=True, now=later).repaired == 1
    lost.refresh_from_db()
    assert lost.state == DocumentState.QUEUED, "a document can be made again"
    assert services.make(lost.pk) == DocumentState.DONE
    assert reconcile(now=later).agrees


@pytest.fixture
def no_broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The Celery application writes to a port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = tasks.make.app
    for name in ("broker_url", "broker_write_url"):
        monkeypatch.setattr(app.conf, name, f"redis://127.0.0.1:{port}/0")
    _forget_connections(app)
    yield
    monkeypatch.undo()
    _forget_connections(app)


def _forget_connections(app: Any) -> None:
    pools.reset()
    app._pool = app.amqp._producer_pool = None


@pytest.mark.usefixtures("no_broker")
def test_without_a_broker_the_hand_over_stays_owed() -> None:
    document = ask()
    with pytest.raises(Exception, match=r"(?i)connect|refused"):
        effects.hand_over({"document": str(document.pk)})


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_message_make_one_pdf(media: Path) -> None:
    document = ask()
    gate, states = threading.Barrier(3), []

    def work() -> None:
        try:
            gate.wait()
            states.append(services.make(document.pk))
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(states) == sorted([DocumentState.DONE, "skipped", "skipped"])
    assert len([path for path in media.rglob("*") if path.is_file()]) == 1


def test_failures_are_on_the_first_page_of_whoever_asked_and_of_the_operator() -> None:
    asker, other, operator = make_posting(), make_posting(), make_posting(Role.SYSTEM_ADMIN)
    aged(ask(by=actor_of(asker.person, asker)), 10, state=DocumentState.FAILED, error="理由")

    def shown(posting: Any) -> list[str]:
        groups = failed_documents(actor_of(posting.person, posting))
        return [item.note for group in groups for item in group.items]

    assert failed_documents in my_work.providers()

    assert (shown(asker), shown(other), shown(operator)) == (["理由"], [], ["理由"])
