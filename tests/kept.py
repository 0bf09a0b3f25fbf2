"""A town that hundreds of tests begin with: built once by the portal's own verbs, afterwards put back by PostgreSQL.

`tests/guards/test_kept.py` proves that what is put back is what was built.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import pghistory.models
from django.apps import apps
from django.db import connection, models, transaction

T = TypeVar("T", bound="models.Model | None")
TOUCHED = (
    "SELECT relname, n_tup_ins - n_tup_del, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
)
COLUMNS = """
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""


def begin_with(*loads: Callable[[], Any]) -> None:
    """The first rows of several packages, in this order."""
    if loads not in _loaded:

        @kept
        def rows() -> None:
            for load in loads:
                load()

        _loaded[loads] = rows
    _loaded[loads]()


_loaded: dict[tuple[Callable[[], Any], ...], Callable[[], None]] = {}


@dataclass(frozen=True)
class Kept:
    tables: dict[str, tuple[str, str]]
    """Columns and rows of each."""
    result: models.Model | None


def kept(build: Callable[[], T]) -> Callable[[], T]:
    """`build` fills empty tables and returns a row or nothing; where they are not empty it simply runs again."""
    known: dict[str, Kept] = {}

    @wraps(build)
    def town() -> T:
        name = connection.settings_dict["NAME"]
        if name in known and _are_empty(known[name].tables):
            return _put_back(known[name])
        with transaction.atomic():
            before = touches()
            result = build()
            found = _taken(before)
        if found:  # nothing, where everything stood already
            known[name] = Kept(found, result)
        return result

    return town


def touches() -> dict[str, tuple[int, int]]:
    """Table -> (rows that this transaction has added, rows that it has touched), by whatever means, triggers included."""
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED)
        return {table: (left, acts) for table, left, acts in cursor.fetchall()}


def _taken(before: dict[str, tuple[int, int]]) -> dict[str, tuple[str, str]] | None:
    """None where a table held something already: what is put back would hold it too."""
    by_triggers = {
        model._meta.db_table for model in apps.get_models() if issubclass(model, pghistory.models.Event)
    } | {"pghistory_context"}
    taken = {}
    for table, (left, acts) in sorted(touches().items()):
        left_before, acts_before = before.get(table, (0, 0))
        if acts == acts_before or table in by_triggers:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*), json_agg(t ORDER BY t)::text FROM "{table}" t')
            number, rows = cursor.fetchone()
            if number != left - left_before:
                return None
            cursor.execute(COLUMNS, [f'"{table}"'])
            taken[table] = (cursor.fetchone()[0], rows or "[]")
    return taken


def _are_empty(tables: dict[str, tuple[str, str]]) -> bool:
    asked = " OR ".join(f'EXISTS (SELECT FROM "{table}")' for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}")
        return not cursor.fetchone()[0]


def _put_back(town: Kept) -> Any:
    with transaction.atomic(), connection.cursor() as cursor:
        for table, (columns, rows) in town.tables.items():
            cursor.execute(
                f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::"{table}", %s)',
                [rows],
            )
    made = town.result
    return made and type(made)._base_manager.get(pk=made.pk)
