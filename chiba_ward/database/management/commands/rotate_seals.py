"""`rotate_seals`, as the owner: history is resealed too, which the application's role may only add to."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS

from chiba_ward.database.roles import as_owner
from chiba_ward.sealed.management.commands import rotate_seals


class Command(rotate_seals.Command):
    help = f"{rotate_seals.Command.help} 表の所有者として動くので、環境変数 DATABASE_OWNER_URL が要ります。"

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner(DEFAULT_DB_ALIAS):
            super().handle(*args, **options)
