"""Where sealed values lie: every model with sealed fields, and what others announce.

Raw SQL, because the ORM hands out opened instances one by one, and a million rows go through here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

import pgtrigger
from django.apps import apps
from django.db import connection as django_connection
from django.db import models, transaction

from chiba_ward.sealed import envelope
from chiba_ward.sealed.envelope import SealError
from chiba_ward.sealed.fields import SealedField, sealed_fields

connection: Any = django_connection  # the stubs do not know psycopg2 behind it


@dataclass(frozen=True)
class Use:
    """How many values of one column need one key; `sample` is the key of one such row."""

    column: str
    key_id: str
    count: int
    sample: str


@dataclass
class Batch:
    """One step of a rotation. `refused` names table, column and row of what does not open."""

    resealed: int = 0
    refused: list[str] = field(default_factory=list)


class Store(Protocol):
    """One table."""

    @property
    def label(self) -> str: ...

    def uses(self) -> list[Use]:
        """The keys in use; empty where the table is not there yet."""

    def opens(self, use: Use) -> bool:
        """Whether the sample of this use opens with the ring of this process."""

    def stale(self, from_key: str) -> int:
        """Rows to be resealed: those under `from_key`, or with an empty one those not under the current key."""

    def reseal(self, from_key: str, size: int) -> Iterator[Batch]:
        """Reseal them, each batch in a transaction of its own under the locks of its rows."""


Transactions = Callable[[], AbstractContextManager[None]]
_announced: list[Store] = []
_within: list[Transactions] = [transaction.atomic]


def work_within(transactions: Transactions) -> None:
    """The transactions in which every row of every table is reached, where not everybody reaches them all."""
    _within[:] = [transactions]


def announce(store: Store) -> None:
    """A place that is no model field, from an `AppConfig.ready`."""
    if all(known.label != store.label for known in _announced):
        _announced.append(store)


def all_stores() -> list[Store]:
    models_ = [model for model in apps.get_models(include_auto_created=True) if sealed_fields(model)]
    return [*(FieldStore(model) for model in models_), *_announced]


class FieldStore:
    """The sealed columns of one model."""

    def __init__(self, model: type[models.Model]) -> None:
        self.fields: list[SealedField] = sealed_fields(model)
        self.table = model._meta.db_table
        self.pk: Any = model._meta.pk
        self.bound_to = str(self.fields[0].row_key)

    @property
    def label(self) -> str:
        return self.table

    def uses(self) -> list[Use]:
        columns = self._sealed_columns()
        if not columns:
            return []
        pairs = ", ".join(f"('{name}', {_quoted(name)})" for name in columns)
        head = envelope.HEAD
        rows = _asked(
            "SELECT c.name, CASE WHEN octet_length(c.v) > 1 AND get_byte(c.v, 0) = 1"  # noqa: S608  (own names)
            f" THEN encode(substring(c.v from {head + 1} for get_byte(c.v, 1)), 'escape') ELSE '' END AS key_id,"
            f" count(*), min({_quoted(self.pk.column)}::text) FROM {_quoted(self.table)}"
            f" CROSS JOIN LATERAL (VALUES {pairs}) c(name, v) WHERE octet_length(c.v) > 0 GROUP BY 1, 2 ORDER BY 1, 2"
        )
        return [Use(*row) for row in rows]

    def opens(self, use: Use) -> bool:
        column = next(each for each in self.fields if each.column == use.column)
        rows = _asked(
            f"SELECT {_quoted(self.bound_to)}, {_quoted(use.column)} FROM {_quoted(self.table)}"  # noqa: S608  (own names)
            f" WHERE {_quoted(self.pk.column)} = %s",
            [use.sample],
        )
        try:
            for row_key, value in rows:
                envelope.open_envelope(bytes(value), envelope.place(*column.whereabouts, row_key))
        except SealError:
            return False
        return True

    def stale(self, from_key: str) -> int:
        where, parameters = self._stale(from_key)
        found = _asked(f"SELECT count(*) FROM {_quoted(self.table)} WHERE {where}", parameters)  # noqa: S608  (own names)
        return int(found[0][0])

    def reseal(self, from_key: str, size: int) -> Iterator[Batch]:
        last: Any = None
        while True:
            with _within[0]():
                rows = self._locked(from_key, last, size)
                if not rows:
                    return
                batch = self._reseal(rows, from_key)
            last = rows[-1][0]
            yield batch

    def _locked(self, from_key: str, last: Any, size: int) -> list[Any]:
        """The next rows, held against other writers; readers and new rows that refer to them do not wait."""
        where, parameters = self._stale(from_key)
        beyond = f" AND {_quoted(self.pk.column)} > %s" if last is not None else ""
        names = ", ".join(_quoted(name) for name in (self.pk.column, self.bound_to, *self._columns()))
        return _asked(
            f"SELECT {names} FROM {_quoted(self.table)} WHERE ({where}){beyond}"  # noqa: S608  (own names)
            f" ORDER BY {_quoted(self.pk.column)} LIMIT %s FOR NO KEY UPDATE",
            [*parameters, *([] if last is None else [last]), size],
        )

    def _reseal(self, rows: list[Any], from_key: str) -> Batch:
        batch, changed = Batch(), []
        for pk, row_key, *values in rows:
            try:
                fresh = [
                    self._fresh(*each, row_key, from_key) for each in zip(self.fields, values, strict=True)
                ]
            except SealError as error:
                batch.refused.append(str(error))
            else:
                changed.append((pk, *fresh))
        if changed:
            self._write(changed)
        batch.resealed = len(changed)
        return batch

    def _fresh(self, column: SealedField, value: Any, row_key: Any, from_key: str) -> Any:
        raw = bytes(value) if value is not None else b""
        wanted = envelope.key_id_of(raw) == from_key if from_key else not envelope.is_current(raw)
        if not raw or not wanted:
            return value
        at = envelope.place(*column.whereabouts, row_key)
        return connection.Database.Binary(envelope.seal(envelope.open_envelope(raw, at), at))

    def _write(self, rows: list[Any]) -> None:
        """One statement for the batch. History and append-only triggers stay out: no word has changed."""
        names = self._columns()
        kinds = [
            self.pk.db_type(connection),
            *["bytea"] * len(names),
        ]
        arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
        sets = ", ".join(f"{_quoted(name)} = fresh.c{place}" for place, name in enumerate(names))
        aliases = ", ".join(["pk", *(f"c{place}" for place in range(len(names)))])
        statement = (
            f"UPDATE {_quoted(self.table)} SET {sets} FROM unnest({arrays}) AS fresh({aliases})"  # noqa: S608  (own names)
            f" WHERE {_quoted(self.table)}.{_quoted(self.pk.column)} = fresh.pk"
        )
        with pgtrigger.ignore(), connection.cursor() as cursor:
            cursor.execute(statement, [list(values) for values in zip(*rows, strict=True)])

    def _stale(self, from_key: str) -> tuple[str, list[Any]]:
        """The condition on a row, with its parameters."""
        start = envelope.prefix(from_key or envelope.ring().current.id)
        sign = "=" if from_key else "<>"
        parts, parameters = [], []
        for name in self._columns():
            parts.append(
                f"(octet_length({_quoted(name)}) > 0 AND substring({_quoted(name)} from 1 for %s) {sign} %s)"
            )
            parameters += [len(start), connection.Database.Binary(start)]
        return " OR ".join(parts), parameters

    def _columns(self) -> list[str]:
        return [str(each.column) for each in self.fields]

    def _sealed_columns(self) -> list[str]:
        """Those that are bytea already: before its first migration a table is not there, or still readable."""
        found = _asked(
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND atttypid = 'bytea'::regtype"
            " AND NOT attisdropped",
            [_quoted(self.table)],
        )
        there = {name for (name,) in found}
        return [name for name in self._columns() if name in there]


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))


def _asked(statement: str, parameters: list[Any] | None = None) -> list[Any]:
    with _within[0](), connection.cursor() as cursor:
        cursor.execute(statement, parameters or [])
        return list(cursor.fetchall())
