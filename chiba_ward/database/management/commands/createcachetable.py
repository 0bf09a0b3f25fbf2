"""Django's `createcachetable`, as the owner of the tables."""

from typing import Any

from django.core.management.commands import createcachetable

from chiba_ward.database.roles import as_owner


class Command(createcachetable.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner(options["database"]):
            super().handle(*args, **options)
