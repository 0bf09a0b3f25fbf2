"""Django's `migrate`, as the owner of the tables; afterwards the application's role gets its rights."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

from chiba_ward.database import rights
from chiba_ward.database.roles import as_owner

ANOTHER_HISTORY = (
    "このデータベースの表は、この版のものではありません（{names}）。"
    "最初の公開より前の版で作ったデータは引き継げません。空のフォルダか、空のデータベースで始めてください。"
)


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner(options["database"]) as connection:
            refuse_another_history(connection)
            super().handle(*args, **options)
            if not (options["plan"] or options["check_unapplied"]):
                rights.give(connection)


def refuse_another_history(connection: BaseDatabaseWrapper) -> None:
    """Tables made by migrations that are not these ones: by a newer version, or before they were written anew.

    Raises CommandError, before anything is touched.
    """
    loader = MigrationLoader(connection)
    strange = [
        f"{app}.{name}"
        for app, name in sorted(loader.applied_migrations)
        if app in loader.migrated_apps and (app, name) not in loader.disk_migrations
    ]
    if strange:
        raise CommandError(ANOTHER_HISTORY.format(names="、".join(strange[:3])))
