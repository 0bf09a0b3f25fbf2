"""Tell the broker that an entry waits: a courtesy, never a condition.

A view must not wait for the broker and must not fail with it (ASSURANCE finding 2). So the sockets are short, nothing
is tried twice, and after a failure the broker is left alone for a while: the sweep publishes later what was not.
"""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import structlog
from django.conf import settings
from kombu import Connection
from kombu.pools import ProducerPool

log = structlog.get_logger(__name__)
SOCKET_SECONDS = 0.4
REST_SECONDS = 30.0
FAST = {
    "socket_timeout": SOCKET_SECONDS,
    "socket_connect_timeout": SOCKET_SECONDS,
    "retry_on_timeout": False,
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
}


class Breaker:
    """Remembers, per process, until when the broker is left alone."""

    def __init__(self) -> None:
        self._closed_until = 0.0

    @property
    def resting(self) -> bool:
        return time.monotonic() < self._closed_until

    def trip(self) -> None:
        self._closed_until = time.monotonic() + REST_SECONDS

    def reset(self) -> None:
        self._closed_until = 0.0


breaker = Breaker()
_lock = threading.Lock()
_pools: dict[tuple[int, str], ProducerPool] = {}


def publish(entry_id: int, compartment: int | None = None) -> bool:
    """Whether the broker took it. Never raises; at most about a second, once in `REST_SECONDS`.

    The worker is told which compartment an entry lies in: without it there is no such entry.
    """
    if breaker.resting:
        return False
    try:
        _send((entry_id,) if compartment is None else (entry_id, compartment))
    except Exception as error:  # noqa: BLE001  (whatever the client throws: the row stands, the sweep comes)
        breaker.trip()
        _forget_pool()
        log.warning("outbox_broker_unreachable", error=type(error).__name__)
        return False
    return True


def _send(arguments: tuple[int, ...]) -> None:
    from chiba_ward.outbox.tasks import run

    with _producers().acquire(block=True, timeout=SOCKET_SECONDS) as producer:
        run.apply_async(arguments, task_id=str(arguments[0]), producer=producer, retry=False)


def _producers() -> ProducerPool:
    """One pool a process and broker: a fork must not share its parent's sockets."""
    url: str = settings.CELERY_BROKER_URL
    name = (os.getpid(), url)
    with _lock:
        if name not in _pools:
            _pools[name] = ProducerPool(_connections(url), limit=8)
        return _pools[name]


def _connections(url: str) -> Any:
    options = {**getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {}), **FAST}
    return Connection(url, transport_options=options, connect_timeout=SOCKET_SECONDS).Pool(limit=8)


def _forget_pool() -> None:
    """Sockets that timed out half-way hold a stale answer: start afresh next time."""
    with _lock:
        _pools.pop((os.getpid(), settings.CELERY_BROKER_URL), None)
