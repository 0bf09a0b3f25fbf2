"""What became of an issue in meetings, requests and projects: they say so themselves, from `registrations.py`."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from chiba_ward.access.actor import Actor
from regional_issues.models import LocalIssue


@dataclass(frozen=True)
class Step:
    """One line of the path; `url` is empty where the actor may not open what it tells of."""

    on: dt.date
    kind: str
    text: str
    url: str = ""


Source = Callable[[Actor, LocalIssue], Iterable[Step]]
SOURCES: list[Source] = []


def register(source: Source) -> None:
    """Twice counts once."""
    if source not in SOURCES:
        SOURCES.append(source)


def steps_of(actor: Actor, issue: LocalIssue) -> list[Step]:
    return sorted((step for source in SOURCES for step in source(actor, issue)), key=lambda step: step.on)
