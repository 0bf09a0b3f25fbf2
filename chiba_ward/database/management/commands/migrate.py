"""Django's `migrate`, as the owner of the tables; afterwards the application's role gets its rights."""

from typing import Any

from django.core.management.commands import migrate

from chiba_ward.database import rights
from chiba_ward.database.roles import as_owner


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner(options["database"]) as connection:
            super().handle(*args, **options)
            if not (options["plan"] or options["check_unapplied"]):
                rights.give(connection)
