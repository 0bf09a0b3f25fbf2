"""What the application's role may do with each table. Given anew after every `migrate`, so that none is forgotten.

It never truncates, never creates, and changes no history: append-only tables are only added to (ASSURANCE AU2), and
where a trigger keeps some columns, the others alone may be changed. Of sequences it may draw the next number, which
rows that are sealed or written together need before; it may neither select from them nor turn them back.
"""

from collections.abc import Iterator

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from pghistory.models import Context, Event

EVERYDAY = "SELECT, INSERT, UPDATE, DELETE"
# Who stood behind a change is written by this function alone, with the rights of its owner.
ATTACH_CONTEXT = "public._pgh_attach_context()"
# Others that have the rights of their owner are fired by triggers, which asks for no right to call them.
CLOSE_MIGHTY_FUNCTIONS = """
DO $close$
DECLARE
    mighty regprocedure;
BEGIN
    FOR mighty IN SELECT oid FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', mighty);
    END LOOP;
END
$close$
"""
READ_ONLY = (MigrationRecorder.Migration._meta.db_table, Context._meta.db_table)


def give(connection: BaseDatabaseWrapper) -> None:
    """Rights of the application's role on this database, all in one transaction. The connection is the owner's."""
    role = connection.ops.quote_name(settings.DATABASES["default"]["USER"])
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        for statement in _statements(connection, role, present):
            cursor.execute(statement)


def append_only() -> set[str]:
    """Tables whose rows stay as they were written: history, and models whose trigger refuses update and delete."""
    return {model._meta.db_table for model in apps.get_models(include_auto_created=True) if _is_kept(model)}


def partly_kept() -> dict[str, set[str]]:
    """Tables whose rows are never deleted and of which a trigger keeps some columns: those that may be changed."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        kept = {
            name
            for guard in _guards(model)
            if isinstance(guard, pgtrigger.ReadOnly)
            for name in guard.fields or ()
        }
        if kept and "DELETE" in _refused(model):
            fields = model._meta.local_concrete_fields
            found[model._meta.db_table] = {
                str(field.column) for field in fields if field.name not in kept and not field.primary_key
            }
    return found


def _is_kept(model: type[models.Model]) -> bool:
    return issubclass(model, Event) or {"UPDATE", "DELETE"} <= _refused(model)


def _guards(model: type[models.Model]) -> list[pgtrigger.Protect]:
    return [guard for guard in getattr(model._meta, "triggers", ()) if isinstance(guard, pgtrigger.Protect)]


def _refused(model: type[models.Model]) -> set[str]:
    """What triggers refuse for whole rows; `ReadOnly` of some columns leaves the others to be changed."""
    return {
        str(operation)
        for guard in _guards(model)
        if not isinstance(guard, pgtrigger.ReadOnly) or not (guard.fields or guard.exclude)
        for operation in (
            guard.operation if isinstance(guard.operation, pgtrigger.Operations) else [guard.operation]
        )
    }


def _statements(connection: BaseDatabaseWrapper, role: str, present: set[str]) -> Iterator[str]:
    quote = connection.ops.quote_name
    database = quote(str(connection.settings_dict["NAME"]))
    yield f"REVOKE ALL ON DATABASE {database} FROM PUBLIC"
    yield f"GRANT CONNECT ON DATABASE {database} TO {role}"
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}, PUBLIC"
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}, PUBLIC"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}"
    yield f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {EVERYDAY} ON TABLES TO {role}"
    yield f"GRANT {EVERYDAY} ON ALL TABLES IN SCHEMA public TO {role}"
    for table in sorted(append_only() & present):
        yield f"REVOKE UPDATE, DELETE ON {quote(table)} FROM {role}"
    for table, columns in sorted(partly_kept().items()):
        if table in present:
            yield f"REVOKE UPDATE, DELETE ON {quote(table)} FROM {role}"
            yield f"GRANT UPDATE ({', '.join(quote(name) for name in sorted(columns))}) ON {quote(table)} TO {role}"
    for table in sorted(set(READ_ONLY) & present):
        yield f"REVOKE INSERT, UPDATE, DELETE ON {quote(table)} FROM {role}"
    if Context._meta.db_table in present:
        yield f"ALTER FUNCTION {ATTACH_CONTEXT} SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
        yield CLOSE_MIGHTY_FUNCTIONS
        yield f"GRANT EXECUTE ON FUNCTION {ATTACH_CONTEXT} TO {role}"
