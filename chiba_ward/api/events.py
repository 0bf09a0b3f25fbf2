"""Which events other systems may be told of: filled in by the modules that own them (DESIGN §2 rule 1).

An event is a line of the timeline. Whether an endpoint hears of it is the module's own rule of visibility.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chiba_ward.access.actor import Actor
from chiba_ward.casework.models import TimelineEntry

PING = "ping"


@dataclass(frozen=True)
class About:
    """What is told: a number and where to read, never a word of the matter."""

    reference: str
    path: str


Concerns = Callable[[TimelineEntry, Actor], About | None]


@dataclass(frozen=True)
class EventKind:
    kind: str
    label: str
    about: Concerns


_kinds: dict[str, EventKind] = {}


def register(labels: Mapping[str, str], about: Concerns) -> None:
    """Announce kinds of timeline lines with their names. `about` is None for whoever has no business with it."""
    for kind, label in labels.items():
        _kinds[kind] = EventKind(kind, label, about)


def labels() -> dict[str, str]:
    return {kind.kind: kind.label for kind in _kinds.values()}


def about(entry: TimelineEntry, actor: Actor) -> About | None:
    known = _kinds.get(entry.kind)
    return known.about(entry, actor) if known else None
