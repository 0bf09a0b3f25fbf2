"""What one request has shown so far. Opened and written by the middleware; views only add to it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeVar

from chiba_ward.access.actor import Actor
from chiba_ward.access.enums import Verb
from chiba_ward.access.readlog.entries import Entry, Id, entry_of

Row = TypeVar("Row")
Write = Callable[[list[Entry]], None]
PART = 1000  # rows of a file that one entry names


@dataclass
class Collector:
    """`reading` becomes one row; `events` (a sign-in, a new factor) one row each."""

    write: Write
    reading: Entry | None = None
    events: list[Entry] = field(default_factory=list)
    reason: str = ""
    is_outside_duty: bool = False
    is_same_surname: bool = False
    streams: bool = False
    written: list[Entry] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        self.reading = self.reading.joined(entry) if self.reading else entry

    def marked(self, entry: Entry) -> Entry:
        """With what the request has said about the reader's duty."""
        return replace(
            entry,
            reason=entry.reason or self.reason,
            is_outside_duty=self.is_outside_duty,
            is_same_surname=self.is_same_surname,
        )

    def readings(self) -> list[Entry]:
        return [self.marked(self.reading)] if self.reading else []


_current: ContextVar[Collector | None] = ContextVar("read log of the request", default=None)


@contextmanager
def collecting(write: Write) -> Iterator[Collector]:
    """Inside, `saw` and `event` are kept for this request."""
    token = _current.set(collector := Collector(write))
    try:
        yield collector
    finally:
        _current.reset(token)


def saw(
    kind: str, ids: Iterable[Id], *, verb: str = Verb.READ, matters: Iterable[int] = (), words: str = ""
) -> None:
    """This answer shows these objects. `matters`: the cases they belong to, where the kind is not the case itself.

    A list that was narrowed by `words` is a search. Outside a request nothing is shown, and nothing kept.
    """
    if collector := _current.get():
        verb = Verb.SEARCH if words and verb == Verb.LIST else verb
        collector.add(entry_of(verb, kind, ids, matters=matters, words=words))


def event(
    verb: str,
    kind: str = "",
    ids: Iterable[Id] = (),
    *,
    matters: Iterable[int] = (),
    actor: Actor | None = None,
) -> None:
    """Something happened at a door; `actor` is who came in, where the request began without anybody."""
    if collector := _current.get():
        collector.events.append(entry_of(verb, kind, ids, matters=matters, actor=actor))


def outside_duty(reason: str) -> None:
    """What is shown lies outside the reader's own duty; the reason they gave."""
    if collector := _current.get():
        collector.is_outside_duty, collector.reason = True, reason


def because(reason: str) -> None:
    """Why the reader opened this, where every opening asks for it."""
    if collector := _current.get():
        collector.reason = reason


def same_surname(found: bool) -> None:
    """Whether a person in the matter bears the reader's family name: for the auditor, no judgement."""
    if (collector := _current.get()) and found:
        collector.is_same_surname = True


def exported(
    kind: str, rows: Iterable[Row], *, verb: str = Verb.EXPORT, matters: Callable[[Row], int] | None = None
) -> Iterator[Row]:
    """The rows of a file, each thousand written to the log before the first of them leaves.

    A file that breaks off, or a server that is killed, has told of everything that went out. Called in the view
    itself, so that the answer counts as logged although its rows are read later.
    """
    collector = _current.get()
    if collector is None:
        return iter(rows)
    collector.streams = True
    return _in_parts(collector, kind, iter(rows), verb, matters)


def _in_parts(
    collector: Collector, kind: str, rows: Iterator[Row], verb: str, matters: Callable[[Row], int] | None
) -> Iterator[Row]:
    is_first = True
    while (part := list(islice(rows, PART))) or is_first:
        ids = [row.pk for row in part]  # type: ignore[attr-defined]  # rows of a model
        entry = entry_of(verb, kind, ids, matters=map(matters, part) if matters else ())
        collector.write([collector.marked(entry)])
        is_first = False
        yield from part
        if len(part) < PART:
            return
