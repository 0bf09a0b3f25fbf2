"""Indexes, foreign keys and triggers of the loaded tables: put aside for COPY and set up again exactly as they were.

Ten million lines go into bare tables five times as fast. Triggers are switched off by the owner of the tables, since
the rows of the past are no acts of today: history would name nobody, and the rows it would keep are written by
`history` in one go. Check constraints stay on; foreign keys and unique indexes are checked when they come back.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

INDEXES = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), i.indrelid::regclass::text
    FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x')
    WHERE i.indrelid = ANY(%s::regclass[]) AND c.oid IS NULL ORDER BY 1
"""
CONSTRAINTS = """
    SELECT conname, pg_get_constraintdef(oid), conrelid::regclass::text FROM pg_constraint
    WHERE conrelid = ANY(%s::regclass[]) AND contype = ANY(%s) ORDER BY conrelid::regclass::text, conname
"""
TRIGGERS = """
    SELECT tgrelid::regclass::text || '.' || tgname, tgenabled FROM pg_trigger
    WHERE tgrelid = ANY(%s::regclass[]) AND NOT tgisinternal ORDER BY 1
"""
# Row policies that hold for the owner too. COPY cannot write beneath them; what is loaded is in no compartment.
WALLS = """
    SELECT oid::regclass::text FROM pg_class WHERE oid = ANY(%s::regclass[]) AND relforcerowsecurity ORDER BY 1
"""


@dataclass(frozen=True)
class Part:
    """One index or constraint: `table` it stands on, and the statement's end that makes it again."""

    name: str
    definition: str
    table: str


class Catalogue:
    """What was put aside, in the order in which it comes back: uniqueness first, references last."""

    def __init__(self, tables: Iterable[str]) -> None:
        self.tables = list(tables)
        self.indexes = self._parts(INDEXES)
        self.unique = self._parts(CONSTRAINTS, ["p", "u", "x"])
        self.references = self._parts(CONSTRAINTS, ["f"])
        self.walls = _walls_of(self.tables)

    def _parts(self, query: str, kinds: list[str] | None = None) -> list[Part]:
        with connection.cursor() as cursor:
            cursor.execute(query, [self.tables, kinds] if kinds else [self.tables])
            return [Part(*row) for row in cursor.fetchall()]

    def put_aside(self) -> None:
        """References of these tables go, then indexes. What other tables refer to keeps its primary key."""
        _run(f"ALTER TABLE {one.table} DROP CONSTRAINT {_quoted(one.name)}" for one in self.references)
        _run(f"DROP INDEX {one.name}" for one in self.indexes)
        _run(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in self.tables)
        _run(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY" for table in self.walls)

    def restore(self) -> None:
        _run(one.definition for one in self.indexes)
        _run(
            f"ALTER TABLE {one.table} ADD CONSTRAINT {_quoted(one.name)} {one.definition}"
            for one in self.references
        )
        _run(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in self.tables)
        _run(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY" for table in self.walls)


# PostgreSQL writes `state IN (…)` with other casts when it reads what it wrote itself.
CASTS = re.compile(r"::(character varying|text)(\[\])?|[() ]")


def state_of(tables: Iterable[str]) -> list[tuple[str, ...]]:
    """Everything that must be the same before and after a load; for the test that it is."""
    names = list(tables)
    with connection.cursor() as cursor:
        cursor.execute(INDEXES, [names])
        found = list(cursor.fetchall())
        cursor.execute(CONSTRAINTS, [names, ["p", "u", "x", "f", "c"]])
        found += cursor.fetchall()
        found += [(table, "walled") for table in _walls_of(names)]
        cursor.execute(TRIGGERS, [names])
        return [tuple(CASTS.sub("", part) for part in row) for row in (*found, *cursor.fetchall())]


def _walls_of(tables: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(WALLS, [tables])
        return [table for (table,) in cursor.fetchall()]


def _run(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
