"""Rows of several tables in one round trip: what one act leaves behind is written as one.

A filing leaves rows in eleven tables. Sent one by one, two thirds of its time is waiting and composing; together they
are one message with the same INSERTs, in the same transaction. Nobody may read a row before it is sent.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models.sql import InsertQuery

Row = TypeVar("Row", bound=models.Model)
BETWEEN = "\n;\n"


class Together:
    """`add` rows in the order in which they must stand; `write` sends them. `new` makes one that others point to."""

    def __init__(self, keys: Mapping[type[models.Model], int] | None = None) -> None:
        """`keys` says how many rows of which table will be made: their keys are drawn in one question."""
        self._rows: list[models.Model] = []
        self._keys: dict[type[models.Model], list[int]] = defaultdict(list)
        if keys:
            self._draw(keys)

    def new(self, model: type[Row], **values: Any) -> Row:
        """A row whose key is known before it is written."""
        return self.add(model(**{model._meta.pk.attname: self.key_of(model), **values}))

    def add(self, row: Row) -> Row:
        self._rows.append(row)
        return row

    def key_of(self, model: type[models.Model]) -> Any:
        """A key for one more row of this table: its own field's, or the next of its sequence."""
        own = model._meta.pk.get_pk_value_on_save(model())
        if own is not None:
            return own
        if not self._keys[model]:
            self._draw({model: 1})
        return self._keys[model].pop()

    def write(self) -> None:
        """Send every row that waits; nothing where none does. Raises IntegrityError as each INSERT would."""
        rows, self._rows = self._rows, []
        for row in rows:
            if row.pk is None:
                row.pk = row._meta.pk.get_pk_value_on_save(row)
        groups = groupby(rows, key=lambda row: (type(row), row.pk is None))
        statements = [part for _, some in groups for part in _inserts(list(some))]
        if not statements:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                BETWEEN.join(sql for sql, _ in statements),
                [value for _, values in statements for value in values],
            )
        for row in rows:
            row._state.adding, row._state.db = False, connection.alias

    def _draw(self, numbers: Mapping[type[models.Model], int]) -> None:
        wanted = {model: number for model, number in numbers.items() if number}
        draws = ", ".join(
            "ARRAY(SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s))"
            for _ in wanted
        )
        values = [
            value
            for model, number in wanted.items()
            for value in (connection.ops.quote_name(model._meta.db_table), model._meta.pk.column, number)
        ]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {draws}", values)
            for model, keys in zip(wanted, cursor.fetchone(), strict=True):
                self._keys[model] += reversed(keys)


@contextmanager
def together(
    into: Together | None, keys: Mapping[type[models.Model], int] | None = None
) -> Iterator[Together]:
    """The rows of a verb: those of the caller, who writes them later; else its own, written at the end."""
    if into is not None:
        yield into
        return
    own = Together(keys)
    yield own
    own.write()


def _inserts(rows: list[models.Model]) -> list[tuple[str, Any]]:
    """What Django's own INSERT of these rows would be, with its defaults, conversions and casts."""
    options = rows[0]._meta
    fields = [
        field
        for field in options.local_concrete_fields
        if rows[0].pk is not None or field is not options.auto_field
    ]
    query = InsertQuery(type(rows[0]))
    query.insert_values(fields, rows, raw=False)
    found: list[tuple[str, Any]] = query.get_compiler(connection=connection).as_sql()
    return found
