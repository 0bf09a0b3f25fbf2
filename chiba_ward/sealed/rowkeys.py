"""A numbered row that is sealed needs its number before it is written: the number is bound into the envelope.

Numbers are drawn from the table's own sequence, `block` at a time, and held by the connection that drew them: a fork,
a restored database or another database has another connection, so no number is ever handed out twice.
Rows with nothing to seal are numbered by the database as before.
"""

from __future__ import annotations

from collections import deque
from typing import Any
from weakref import ref

from django.db import connections, models, router

from chiba_ward.sealed.fields import sealed_fields

HELD = "_reserved_row_keys"


class SealedRowKey(models.BigAutoField):
    """The key of a table with sealed columns.

    With `block=1` numbers rise in the order of writing. A larger block costs no question of its own for most rows,
    for tables where the order of numbers means nothing.
    """

    def __init__(self, *args: Any, block: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.block = block

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, **({"block": self.block} if self.block != 1 else {})}

    def get_pk_value_on_save(self, instance: models.Model) -> Any:
        if not any(field.is_filled_on(instance) for field in sealed_fields(type(instance))):
            return None
        using = instance._state.db or router.db_for_write(type(instance), instance=instance)
        return take(using, self.model._meta.db_table, str(self.column), self.block)


def take(using: str, table: str, column: str, block: int) -> int:
    """The next number of the table."""
    connection: Any = connections[using]
    connection.ensure_connection()
    held = connection.__dict__.setdefault(HELD, {})
    owner, numbers = held.get(table, (None, None))
    if not numbers or owner() is not connection.connection:
        numbers = deque(_drawn(connection, table, column, block))
        held[table] = ref(connection.connection), numbers
    return int(numbers.popleft())


def _drawn(connection: Any, table: str, column: str, block: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [f'"{table}"', column, block],
        )
        return [number for (number,) in cursor.fetchall()]
