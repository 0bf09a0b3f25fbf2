"""A broker that is away or hangs costs a view nothing, or about a second once (ASSURANCE finding 2, AV1)."""

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from chiba_ward.outbox import publishing, services
from tests.outbox.servers import Broker, free_port
from tests.patience import PATIENCE, ends


@pytest.fixture
def broker() -> Iterator[Broker]:
    server = Broker()
    server.start()
    yield server
    server.kill()


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A server that takes connections and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        yield server.getsockname()[1]


def owe_and_time(number: int, capture: Any) -> float:
    start = time.monotonic()
    with capture(execute=True), transaction.atomic():
        services.owe("probe.write", {"number": number}, key=f"probe:{number}")
    return time.monotonic() - start


def test_refused_connection_costs_nothing(
    db: None, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.CELERY_BROKER_URL = f"redis://:x@127.0.0.1:{free_port()}/0"
    publishing.publish(0)  # the first use of a process imports the broker's client
    publishing.breaker.reset()
    assert owe_and_time(1, django_capture_on_commit_callbacks) < PATIENCE
    assert publishing.breaker.resting


def test_hanging_broker_costs_about_a_second_once(
    db: None, settings: Any, deaf_port: int, django_capture_on_commit_callbacks: Any
) -> None:
    settings.CELERY_BROKER_URL = f"redis://:x@127.0.0.1:{deaf_port}/0"
    first = owe_and_time(1, django_capture_on_commit_callbacks)
    assert publishing.breaker.resting, "the next ones do not wait"
    later = [owe_and_time(number, django_capture_on_commit_callbacks) for number in range(2, 7)]
    assert first + sum(later) < PATIENCE


def test_broker_that_hangs_after_working_costs_about_a_second(settings: Any, broker: Broker) -> None:
    import os
    import signal

    settings.CELERY_BROKER_URL = broker.url
    assert publishing.publish(1)
    assert broker.process is not None
    os.kill(broker.process.pid, signal.SIGSTOP)
    try:
        with ends():
            assert not publishing.publish(2)
    finally:
        os.kill(broker.process.pid, signal.SIGCONT)


def test_breaker_closes_again(settings: Any, broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "REST_SECONDS", 0.2)
    settings.CELERY_BROKER_URL = broker.url
    assert publishing.publish(1)
    broker.kill()
    assert not publishing.publish(2)
    broker.start()
    assert not publishing.publish(3)  # still resting
    time.sleep(0.25)
    assert publishing.publish(4)


def test_broker_holds_ids_only(settings: Any, broker: Broker) -> None:
    settings.CELERY_BROKER_URL = broker.url
    publishing.publish(4711)
    lying = broker.contents()
    assert '"id": "4711"' in lying
    assert "chiba_ward.outbox.tasks.run" in lying
    assert "outbox" in lying  # the queue of its own
