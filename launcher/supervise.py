"""Keeps a set of children alive until somebody asks to stop."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from launcher.child import Child
from launcher.talk import Talk

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WAKING = {*STOP_SIGNALS, signal.SIGCHLD}
FIRST_DELAY, LONGEST_DELAY, STEADY_AFTER = 1.0, 30.0, 60.0


@dataclass
class Service:
    """A child and how it is started; `start` returns when it may be relied on.

    A `foundation` is what the others stand on: it stops after them.
    """

    child: Child
    label: str
    start: Callable[[], None]
    foundation: bool = False
    started: float = 0.0
    delay: float = 0.0
    due: float | None = None

    def begin(self) -> None:
        self.start()
        self.started, self.due = time.monotonic(), None


class Supervisor:
    """Waits for signals instead of children, so that stopping can itself wait for children."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.services: list[Service] = []

    def run(self, service: Service) -> None:
        self.services.append(service)
        service.begin()

    def watch(self) -> None:
        """Return when a stop signal came; meanwhile start again whatever ended by itself."""
        signal.pthread_sigmask(signal.SIG_BLOCK, WAKING)
        while True:
            self._mind(self.services)
            caught = signal.sigtimedwait(WAKING, self._until_next())
            if caught and caught.si_signo in STOP_SIGNALS:
                return

    def stop(self) -> None:
        """Stop everything, foundations last. A second Ctrl-C is waited out: each child has its own limit."""
        signal.pthread_sigmask(signal.SIG_BLOCK, WAKING)
        newest_first = list(reversed(self.services))
        upper = [service for service in newest_first if not service.foundation]
        for service in upper:
            service.child.ask_to_stop()
        for service in (*upper, *(service for service in newest_first if service.foundation)):
            service.child.stop()
        self.services.clear()

    def _mind(self, services: Sequence[Service]) -> None:
        for service in services:
            status = service.child.ended()
            if status is None:
                continue
            if service.due is None:
                self._plan_restart(service, status)
            elif time.monotonic() >= service.due:
                self._restart(service)

    def _plan_restart(self, service: Service, status: int) -> None:
        steady = time.monotonic() - service.started > STEADY_AFTER
        service.delay = FIRST_DELAY if steady or not service.delay else min(service.delay * 2, LONGEST_DELAY)
        service.due = time.monotonic() + service.delay
        self.talk.say(
            f"※ {service.label} が終了しました (終了番号 {status})。{service.delay:.0f}秒後に再開します。"
            f"記録: {service.child.log} / {service.child.name} ended and is started again"
        )

    def _restart(self, service: Service) -> None:
        service.child.kill()  # what the ended leader left behind in its group
        try:
            service.begin()
        except Exception as error:  # noqa: BLE001  (whatever it was, the other services must go on)
            service.started, service.due = time.monotonic(), None
            self.talk.say(f"※ {service.label} を再開できませんでした: {error}")
        else:
            self.talk.say(f"  {service.label} を再開しました / {service.child.name} runs again")

    def _until_next(self) -> float:
        waits = [service.due - time.monotonic() for service in self.services if service.due is not None]
        return max(0.05, min([60.0, *waits]))
