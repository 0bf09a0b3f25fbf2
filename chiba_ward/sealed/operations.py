"""Migration operations that turn readable columns into sealed ones, in three migrations that follow each other:

1. `MakeRoomForSeals` sets the readable columns aside and makes empty sealed ones (one transaction, a moment).
2. `SealRows`, in a migration with `atomic = False`, seals batch by batch. Killed in the middle, it goes on at the next run.
3. `DropReadableColumns` makes sure that nothing readable is left and drops what was set aside (one transaction).

Triggers of the table stay away from 1 to 3, since they name the columns.
"""

from __future__ import annotations

import json
from typing import Any, cast

from django.db import models, transaction
from django.db.migrations.operations.base import Operation

from chiba_ward.sealed import envelope
from chiba_ward.sealed.fields import SealedField, SealedJSONField

ASIDE = "__readable"
BATCH = 500


class _OnModel(Operation):
    reversible = False  # readable columns never come back
    elidable = False

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Only the first of the three changes what the models look like."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            self.run(schema_editor, model)

    model_name: str

    def run(self, editor: Any, model: type[models.Model]) -> None:
        raise NotImplementedError


class MakeRoomForSeals(_OnModel):
    def __init__(self, model_name: str, fields: dict[str, SealedField]) -> None:
        self.model_name, self.fields = model_name, fields

    def describe(self) -> str:
        return f"Set readable columns of {self.model_name} aside: {', '.join(self.fields)}"

    def state_forwards(self, app_label: str, state: Any) -> None:
        for name, field in self.fields.items():
            state.alter_field(app_label, self.model_name, name, field, preserve_default=True)

    def run(self, editor: Any, model: type[models.Model]) -> None:
        for trigger in _triggers(model):
            editor.execute(trigger.uninstall_sql, params=None)
        table = editor.quote_name(model._meta.db_table)
        for name in self.fields:
            column = _column(model, name)
            now, aside = editor.quote_name(column), editor.quote_name(column + ASIDE)
            editor.execute(f"ALTER TABLE {table} RENAME COLUMN {now} TO {aside}")
            editor.execute(f"ALTER TABLE {table} ALTER COLUMN {aside} DROP NOT NULL")
            editor.execute(f"ALTER TABLE {table} ADD COLUMN {now} bytea NOT NULL DEFAULT ''")
            editor.execute(f"ALTER TABLE {table} ALTER COLUMN {now} DROP DEFAULT")


class SealRows(_OnModel):
    """`bound_to` names table and key column for a history table, whose envelopes are those of the rows it tells of."""

    def __init__(self, model_name: str, fields: list[str], bound_to: tuple[str, str] | None = None) -> None:
        self.model_name, self.fields, self.bound_to = model_name, fields, bound_to

    def describe(self) -> str:
        return f"Seal the rows of {self.model_name}"

    def run(self, editor: Any, model: type[models.Model]) -> None:
        rows = _Readable(editor.connection, model, self.fields, self.bound_to)
        sealed = 0
        while done := rows.seal_some():
            sealed += done
        if sealed and not editor.connection.in_atomic_block:
            editor.execute(
                f"VACUUM FULL {editor.quote_name(model._meta.db_table)}"
            )  # old versions of rows are words too


class DropReadableColumns(_OnModel):
    def __init__(self, model_name: str, fields: list[str]) -> None:
        self.model_name, self.fields = model_name, fields

    def describe(self) -> str:
        return f"Drop the readable columns of {self.model_name}"

    def run(self, editor: Any, model: type[models.Model]) -> None:
        table = editor.quote_name(model._meta.db_table)
        asides = [editor.quote_name(_column(model, name) + ASIDE) for name in self.fields]
        left = " OR ".join(f"{aside} IS NOT NULL" for aside in asides)
        with editor.connection.cursor() as cursor:
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE {left})")  # noqa: S608  (own names)
            if cursor.fetchone()[0]:
                raise RuntimeError(f"{model._meta.db_table} still holds readable rows; nothing was dropped")
        editor.execute(f"ALTER TABLE {table} {', '.join(f'DROP COLUMN {aside}' for aside in asides)}")
        for trigger in _triggers(model):
            with transaction.atomic(using=editor.connection.alias):
                editor.execute(trigger.install_sql, params=None)


class _Readable:
    """The rows of one table that are not sealed yet: what was set aside is not NULL."""

    def __init__(
        self, connection: Any, model: type[models.Model], names: list[str], bound_to: tuple[str, str] | None
    ) -> None:
        self.connection = connection
        self.last: Any = None
        self.fields = [cast("SealedField", model._meta.get_field(name)) for name in names]
        quoted = connection.ops.quote_name
        self.table, self.pk = quoted(model._meta.db_table), quoted(model._meta.pk.column)
        self.bound_table, bound_column = bound_to or (model._meta.db_table, model._meta.pk.column)
        self.bound_column = quoted(bound_column)
        self.columns = [quoted(field.column) for field in self.fields]
        self.asides = [quoted(f"{field.column}{ASIDE}") for field in self.fields]

    def seal_some(self) -> int:
        """One batch in one transaction; how many rows it had."""
        with transaction.atomic(using=self.connection.alias), self.connection.cursor() as cursor:
            left = " OR ".join(f"{aside} IS NOT NULL" for aside in self.asides)
            beyond = f"{self.pk} > %s AND " if self.last is not None else ""
            cursor.execute(
                f"SELECT {', '.join([self.pk, self.bound_column, *self.asides])} FROM {self.table}"  # noqa: S608  (own names)
                f" WHERE {beyond}({left}) ORDER BY {self.pk} LIMIT {BATCH} FOR UPDATE",
                [] if self.last is None else [self.last],
            )
            rows = cursor.fetchall()
            self.last = rows[-1][0] if rows else self.last
            sets = ", ".join(
                [*(f"{name} = %s" for name in self.columns), *(f"{name} = NULL" for name in self.asides)]
            )
            statement = f"UPDATE {self.table} SET {sets} WHERE {self.pk} = %s"  # noqa: S608  (own names)
            cursor.executemany(
                statement, [[*self._sealed(row_key, values), pk] for pk, row_key, *values in rows]
            )
        return len(rows)

    def _sealed(self, row_key: Any, values: list[Any]) -> list[Any]:
        pairs = zip(self.fields, values, strict=True)
        return [
            self.connection.Database.Binary(self._envelope(field, row_key, value)) for field, value in pairs
        ]

    def _envelope(self, field: SealedField, row_key: Any, value: Any) -> bytes:
        """Text as it stands, also where it is longer than the field allows today."""
        is_json = isinstance(field, SealedJSONField)
        text = field.dumps(json.loads(value)) if is_json and value is not None else value
        return (
            envelope.seal(text, envelope.place(self.bound_table, str(field.column), row_key)) if text else b""
        )


def _column(model: type[models.Model], name: str) -> str:
    return str(cast("models.Field[Any, Any]", model._meta.get_field(name)).column)


def _triggers(model: type[models.Model]) -> list[Any]:
    """Those that django-pgtrigger keeps in the state of the migrations."""
    return list(getattr(model._meta, "triggers", []))
