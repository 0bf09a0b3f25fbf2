"""Django's `flush`, as the owner: the application's role cannot empty a table."""

from typing import Any

from django.core.management.commands import flush

from chiba_ward.database.roles import as_owner


class Command(flush.Command):
    def handle(self, **options: Any) -> None:
        with as_owner(options["database"]):
            super().handle(**options)
