"""`pgtrigger`, as the owner of the tables: the application's role installs and switches off no trigger."""

from typing import Any

from pgtrigger.management.commands import pgtrigger

from chiba_ward.database.roles import as_owner


class Command(pgtrigger.Command):
    def handle(self, *args: Any, **options: Any) -> Any:
        with as_owner(options.get("database") or "default"):
            return super().handle(*args, **options)
