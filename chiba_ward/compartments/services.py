"""Who may enter which compartment, and the one way to open one: inside a transaction, for as long as it lasts.

PostgreSQL itself keeps the rows of a sealed matter from every query that has not opened its compartment (`policies`).
Nobody without a seat needs any of this: what is in no compartment is seen without asking.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, TypeVar

import structlog
from django.db import connection, models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from psycopg2.extensions import TRANSACTION_STATUS_INERROR

from chiba_ward.access.actor import Actor
from chiba_ward.compartments import glass
from chiba_ward.compartments.models import Compartment, CompartmentSeat

log = structlog.get_logger(__name__)
# Local to the transaction, always: `SET` for the session would reach into the next request (ASSURANCE finding 7).
OPEN = """
WITH before AS MATERIALIZED (SELECT coalesce(current_setting('portal.compartments', true), '') AS ids)
SELECT ids, set_config('portal.compartments', concat_ws(',', nullif(ids, ''), %s), true) FROM before
"""
BREAK = """
WITH before AS MATERIALIZED (SELECT coalesce(current_setting('portal.glass', true), '') AS ids)
SELECT ids, set_config('portal.glass', concat_ws(',', nullif(ids, ''), %s), true) FROM before
"""
MEND = "SELECT set_config('portal.glass', %s, true)"
SET_BACK = "SELECT set_config('portal.compartments', %s, true)"
OPEN_MATTER = "SELECT set_config('portal.matter', %s, true)"
NONE: frozenset[int] = frozenset()

Result = TypeVar("Result")
_working_in: ContextVar[int | None] = ContextVar("compartment of the work at hand", default=None)
_open: ContextVar[frozenset[int]] = ContextVar("compartments open in this transaction", default=NONE)
_broken: ContextVar[frozenset[int]] = ContextVar("single matters open in this transaction", default=NONE)


# -- who


def ids_of(actor: Actor) -> frozenset[int]:
    """The compartments in which the actor's posting, or its role in its office, has a seat at this moment."""
    if actor.posting is None:
        return NONE
    if actor.compartments is not None:
        return actor.compartments
    return frozenset(_seats_of(actor).values_list("compartment_id", flat=True))


def _seats_of(actor: Actor) -> QuerySet[CompartmentSeat]:
    now = timezone.now()
    seats = CompartmentSeat.objects.filter(
        Q(posting=actor.seat.pk) | Q(office=actor.office_id, role=actor.role), starts_at__lte=now
    )
    return seats.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now)).order_by()


def outside(path: str = "compartment") -> Q:
    """The first wall, for everybody: rows that lie in no compartment. `path` leads to the row's compartment."""
    return Q(**{f"{path}__isnull": True})


def seated(actor: Actor, path: str = "compartment") -> Q:
    """And its door, for those with a seat: rows that lie in their compartments.

    Outside of a request the seats are looked up within the question itself, which stays one.
    """
    if actor.compartments is None and actor.posting is not None:
        return Q(**{f"{path}__in": _seats_of(actor).values("compartment")})
    return Q(**{f"{path}__in": sorted(ids_of(actor))})


def reachable(actor: Actor, path: str = "compartment", *, matter: str = "") -> Q:
    """Both; and where `matter` leads to the matter's key, the one whose passphrase was proved, and those that are
    open by a 緊急の開示."""
    found = outside(path) | seated(actor, path)
    if matter and actor.matter_id is not None:
        found |= Q(**{matter: actor.matter_id})
    if matter and actor.posting is not None:
        found |= glass.broken(actor, matter)
    return found


# -- opening


@contextmanager
def opened(who: Actor | Iterable[int], *, reason: str = "") -> Iterator[None]:
    """A transaction in which the rows of these compartments can be seen and written, besides those of none.

    For an actor, its own, and the single matters of its 緊急の開示; system work names the ids and its `reason`
    (ValueError without). Nested use adds to what is open already, and takes away no more than it added. Nothing to
    open costs nothing, not even a transaction.
    """
    wanted = _wanted(who, reason)
    broken = glass.matters_of(who) if isinstance(who, Actor) else NONE
    if not (wanted or broken):
        yield
        return
    rooms, glasses = _open.set(_open.get() | wanted), _broken.set(_broken.get() | broken)
    try:
        with transaction.atomic(), _opened(OPEN, SET_BACK, wanted), _opened(BREAK, MEND, broken):
            yield
    finally:
        _open.reset(rooms)
        _broken.reset(glasses)


@contextmanager
def opened_by_key(matter: int) -> Iterator[None]:
    """A transaction in which the rows of this one sealed matter can be seen and written: for whoever proved its key."""
    with transaction.atomic():
        _ask(OPEN_MATTER, str(matter))
        yield
        _set_back(OPEN_MATTER, "")


def opened_for(matter: int, compartment: int | None) -> AbstractContextManager[None]:
    """The same for the answer to the proof itself; nothing at all for a matter in no compartment."""
    return nullcontext() if compartment is None else opened_by_key(matter)


@contextmanager
def everywhere(reason: str = "seals are renewed") -> Iterator[None]:
    """A transaction in which every compartment is open: for what compares or renews rows and shows none of them.

    Whoever uses it is listed in ADR 0019. Before the first migration there is nothing to open.
    """
    with transaction.atomic():
        ids = Compartment.objects.order_by("pk").values_list("pk", flat=True) if _is_migrated() else ()
        with opened(ids, reason=reason):
            yield


def _is_migrated() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('compartments_compartment') IS NOT NULL")
        return bool(cursor.fetchone()[0])


def are_open() -> frozenset[int]:
    """The compartments that are open at this point of the program."""
    return _open.get()


def is_anything_open() -> bool:
    """Whether a sealed row can be found at this point: of an open compartment, or of a 緊急の開示."""
    return bool(_open.get() or _broken.get())


@contextmanager
def work(compartment: int | None, *, reason: str) -> Iterator[None]:
    """System work on one sealed row that takes several transactions: each `atomic()` in it opens that compartment.

    None is work on what lies in no compartment.
    """
    if compartment is not None:
        log.info("compartment_opened", compartments=[compartment], reason=_named(reason))
    token = _working_in.set(compartment)
    try:
        yield
    finally:
        _working_in.reset(token)


def at_work() -> int | None:
    """The compartment of the work at hand, to be handed on with the id of its row."""
    return _working_in.get()


def here() -> AbstractContextManager[None]:
    """A transaction with the compartment of the work at hand open; nothing at all where it has none."""
    compartment = at_work()
    return opened(() if compartment is None else (compartment,), reason="work at hand")


@contextmanager
def atomic() -> Iterator[None]:
    """`transaction.atomic()` in which the compartment of the work at hand is open, if it has one."""
    with transaction.atomic(), here():
        yield


def rounds(rows: "QuerySet[Any]", path: str) -> list[int | None]:
    """For system work that looks for something to do: None, then each compartment in which `rows` finds something.

    `path` leads from a row to its compartment. The database opens one compartment after the other for the question
    and tells their ids alone; there is no way to open all of them.
    """
    sql, parameters = rows.filter(~outside(path)).order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SELECT compartments_where(%s)", [cursor.mogrify(sql, parameters).decode()])
        return [None, *(row[0] for row in cursor.fetchall())]


def in_rounds(
    rows: "QuerySet[Any]", path: str, act: Callable[["QuerySet[Any]"], Result], *, reason: str
) -> list[Result]:
    """`act` on those of `rows` that each round finds, one transaction a compartment; what it gave each time."""
    results = []
    for compartment in rounds(rows, path):
        with work(compartment, reason=reason), here():
            results.append(act(of_this_round(rows, path)))
    return results


def of_this_round(rows: "QuerySet[Any]", path: str) -> "QuerySet[Any]":
    """In a compartment its own rows alone: those of none have had a round of their own."""
    compartment = at_work()
    return rows if compartment is None else rows.filter(**{path: compartment})


def _wanted(who: Actor | Iterable[int], reason: str) -> frozenset[int]:
    if isinstance(who, Actor):
        return ids_of(who)
    wanted = frozenset(who)
    if wanted:
        _named(reason)
    return wanted


def _named(reason: str) -> str:
    if not reason:
        raise ValueError("whoever opens a compartment without a seat says why")
    return reason


@contextmanager
def _opened(statement: str, back: str, ids: frozenset[int]) -> Iterator[None]:
    """These besides what is open already. An exception undoes it with the transaction, or with its savepoint."""
    if not ids:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(statement, [",".join(str(pk) for pk in sorted(ids))])
        before: str = cursor.fetchone()[0]
    yield
    _set_back(back, before)


def _ask(statement: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [value])


def _set_back(statement: str, before: str) -> None:
    if connection.needs_rollback:
        return
    if connection.connection.get_transaction_status() == TRANSACTION_STATUS_INERROR:
        # Somebody swallowed an error of the database: nothing of it can be kept.
        transaction.set_rollback(True)
        return
    _ask(statement, before)


# -- moving in


class NotPossible(Exception):
    """`message` is Japanese and says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


Listener = Callable[[Any, Actor], None]
_listeners: list[Listener] = []


def when_enclosed(listener: Listener) -> None:
    """Announce what else happens in the transaction in which a matter moves in: `listener(matter, by)`."""
    if listener not in _listeners:
        _listeners.append(listener)


def enclose(matter: models.Model, compartment: Compartment, *, by: Actor) -> None:
    """Move a matter, with all that hangs on it, into a compartment: from the commit on nobody without a seat sees it.

    `by` need not have a seat: whoever takes a report of abuse is blind to it afterwards. Twice is once. There is no
    way out yet. Raises NotPossible, and the matter's DoesNotExist where `by` could not have seen it anyway.
    """
    if compartment.closed_at:
        raise NotPossible("この区画は閉じられています。ほかの区画を選んでください。")
    with opened((compartment.pk,), reason="a matter moves in"):
        locked = _locked(matter)
        if locked.compartment_id is None:
            locked.compartment_id = compartment.pk
            locked.save(update_fields=["compartment"])
            for listener in _listeners:
                listener(locked, by)
        elif locked.compartment_id != compartment.pk:
            raise NotPossible("この案件は、すでにほかの区画にあります。")
    matter.compartment = compartment  # type: ignore[attr-defined]  # of casework.Matter, which lies above


def _locked(matter: models.Model) -> Any:
    """The module's record first, then the matter: the order in which its own acts lock them.

    Against whoever writes on them (FOR SHARE in `policies`), not against rows that only refer to them: whoever holds
    one of those would wait at the commit, for us who wait for them.
    """
    for relation in matter._meta.related_objects:
        kept = relation.related_model
        if relation.one_to_one and any(field.name == "compartment" for field in kept._meta.fields):
            rows = kept._base_manager.select_for_update(of=("self",), no_key=True).filter(pk=matter.pk)
            list(rows.values_list("pk"))
    return type(matter)._default_manager.select_for_update(no_key=True).get(pk=matter.pk)
