"""私の仕事: each module says what an actor owes today; the first page only puts it together."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value, Window
from django.db.models.functions import RowNumber

from chiba_ward.access.actor import Actor


@dataclass(frozen=True)
class WorkItem:
    """One thing to do. `label` names a number or a task, never a person's words.

    `shows` is 「kind:id」 for the read log, where the line tells of somebody's matter.
    """

    label: str
    url: str
    due_at: dt.datetime | None = None
    tone: str = "neutral"
    note: str = ""
    shows: str = ""


@dataclass(frozen=True)
class WorkGroup:
    """What belongs together: a few items, how many there are, and the list with all of them.

    `empty` says what to do first when there are none; `order` sorts ascending.
    """

    key: str
    title: str
    items: tuple[WorkItem, ...] = field(default=())
    count: int = 0
    url: str = ""
    tone: str = "neutral"
    order: int = 100
    empty: str = ""


@dataclass(frozen=True)
class Few:
    """The first rows of one list, and how many the whole list has."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0


def first_few(lists: Mapping[str, QuerySet[Any]], names: Sequence[str], size: int = 5) -> dict[str, Few]:
    """The head and the length of several ordered lists of one model, in one question to the database."""
    parts = [
        rows.annotate(
            part=Value(key, CharField()),
            total=Window(Count("pk")),
            row_no=Window(RowNumber(), order_by=[str(name) for name in rows.query.order_by]),
        ).values("part", "total", "row_no", *names)[:size]
        for key, rows in lists.items()
    ]
    found: dict[str, list[dict[str, Any]]] = {}
    for row in parts[0].union(*parts[1:], all=True) if parts else ():
        found.setdefault(row["part"], []).append(row)
    for some in found.values():
        some.sort(key=lambda row: row["row_no"])
    return {key: Few(found[key], found[key][0]["total"]) if key in found else Few() for key in lists}


Provider = Callable[[Actor], Iterable[WorkGroup]]
_providers: list[Provider] = []


def register(provider: Provider) -> Provider:
    """Add a module's provider, from its `AppConfig.ready`; the same one twice counts once."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def providers() -> tuple[Provider, ...]:
    """Everybody who registered."""
    return tuple(_providers)


def groups_for(actor: Actor) -> list[WorkGroup]:
    """Everything this actor owes, most pressing group first."""
    groups = [group for provider in _providers for group in provider(actor)]
    return sorted(groups, key=lambda group: (group.order, group.key))
