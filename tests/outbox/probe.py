"""Effects that leave a trace in a table of their own; imported by the tests and by the worker they start."""

import os
import signal
import time
from typing import Any

from django.db import connection

from chiba_ward.database.roles import as_owner
from chiba_ward.outbox.effects import Payload, TryLater, effect, outside_effect

NAME = "probe_trace"


def make_table() -> None:
    """Once a run; the application's role may write into it as into every new table."""
    with as_owner() as owner, owner.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {NAME} (number integer, what text)")


def drop_table() -> None:
    with as_owner() as owner, owner.cursor() as cursor:
        cursor.execute(f"DROP TABLE {NAME}")


def empty_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {NAME}")


def trace(number: int | str, what: str = "done") -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {NAME} VALUES (%s, %s)", [number, what])


def traces(what: str = "done") -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT number FROM {NAME} WHERE what = %s ORDER BY number", [what])
        return [row[0] for row in cursor.fetchall()]


@effect("probe.write")
def write(payload: Payload) -> None:
    trace(payload["number"])


@effect("probe.slow")
def slow(payload: Payload) -> None:
    """The trace is written first: a kill while it sleeps must take the trace back."""
    trace(payload["number"])
    time.sleep(0.15)


def gave_up(payload: Payload) -> None:
    trace(payload["number"], "gave up")


@effect("probe.fail", give_up=gave_up)
def fail(payload: Payload) -> None:
    trace(payload["number"])
    raise RuntimeError("田中 花子 090-1234-5678")


@effect("probe.fail_twice", give_up=gave_up)
def fail_hard(payload: Payload) -> None:
    raise TryLater("相手が混んでいます")


@effect("probe.die")
def die(payload: Payload) -> None:
    trace(payload["number"])
    os.kill(os.getpid(), signal.SIGKILL)


class Outside:
    """The world outside is a list; the mark is a trace."""

    def __init__(self) -> None:
        self.world: list[int] = []
        self.answer: Exception | None = None

    def begin(self, payload: Payload) -> bool:
        if payload["number"] in traces("mark"):
            trace(payload["number"], "unknown")
            return False
        trace(payload["number"], "mark")
        return True

    def act(self, payload: Payload) -> Any:
        if self.answer:
            raise self.answer
        self.world.append(int(payload["number"]))
        return "ok"

    def settle(self, payload: Payload, result: Any) -> None:
        trace(payload["number"], "settled")

    def release(self, payload: Payload) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {NAME} WHERE what = 'mark' AND number = %s", [payload["number"]])

    def give_up(self, payload: Payload) -> None:
        trace(payload["number"], "gave up")


outside = Outside()
outside_effect("probe.outside", outside)
