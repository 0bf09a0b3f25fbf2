"""Worker killed in mid-effect, broker emptied, broker down while owing: nothing is lost, nothing happens twice (F1-F3)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from chiba_ward.outbox import publishing, services
from chiba_ward.outbox.models import OutboxEntry
from tests.outbox import probe
from tests.outbox.servers import Broker, Worker, wait_until


@pytest.fixture
def broker() -> Iterator[Broker]:
    server = Broker()
    server.start()
    yield server
    server.kill()


@pytest.fixture
def worker(broker: Broker, tmp_path: Path) -> Iterator[Worker]:
    server = Worker(broker, tmp_path / "worker.log")
    yield server
    server.kill()


def owe(numbers: range) -> None:
    for number in numbers:
        with transaction.atomic():
            services.owe("probe.slow", {"number": number}, key=f"probe:{number}")


def open_entries() -> int:
    return OutboxEntry.objects.pending().count()


def sweep_until_done(monkeypatch: pytest.MonkeyPatch) -> None:
    publishing.breaker.reset()

    def all_done() -> bool:
        services.sweep()
        return open_entries() == 0

    wait_until(all_done, 20, pause=0.3)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_and_nothing_happens_twice(
    committed_table: None, broker: Broker, worker: Worker, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CELERY_BROKER_URL = broker.url
    monkeypatch.setattr(services, "GRACE", services.GRACE * 0)
    monkeypatch.setattr(services, "PUBLISH_AGAIN", services.GRACE + services.FIRST_PAUSE / 5)
    worker.start()
    owe(range(20))
    wait_until(lambda: len(probe.traces()) >= 3, 15)
    worker.kill()  # both children are in mid-effect: their traces must vanish
    halfway = len(probe.traces())
    assert halfway == 20 - open_entries()
    assert halfway < 20

    broker.empty()
    broker.kill()
    owe(range(20, 30))  # commits without a broker
    assert open_entries() == 30 - halfway

    broker.start()
    worker.start()
    sweep_until_done(monkeypatch)
    assert probe.traces() == list(range(30))
    worker.stop()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_effect_that_kills_its_worker_does_not_stop_the_others(
    committed_table: None, broker: Broker, worker: Worker, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CELERY_BROKER_URL = broker.url
    worker.start()
    with transaction.atomic():
        services.owe("probe.die", {"number": 99}, key="probe:99")
    owe(range(4))
    wait_until(lambda: probe.traces() == [0, 1, 2, 3], 20)
    assert services.health().pending == 1
    worker.kill()
