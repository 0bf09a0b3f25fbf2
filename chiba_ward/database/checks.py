"""`manage.py check --database default` and `check --deploy`: the role of the application has no more than it needs."""

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from chiba_ward.database import roles


@register(Tags.database)
def application_role(databases: Iterable[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Asked with a connection of its own: `migrate` runs the checks while it is the owner."""
    return _problems() if DEFAULT_DB_ALIAS in (databases or ()) else []


@register(Tags.security, deploy=True)
def application_role_in_production(**_: Any) -> list[CheckMessage]:
    return _problems()


def _problems() -> list[CheckMessage]:
    connection = connections.create_connection(DEFAULT_DB_ALIAS)
    # The receiver of new connections would refuse before anything could be listed.
    connection.settings_dict = {**connection.settings_dict, roles.MARK: True}
    try:
        found = roles.too_much(connection)
    except DatabaseError as error:
        return [
            Error(
                f"データベースに接続できませんでした ({type(error).__name__})。DATABASE_URL を確かめてください。",
                id="portal.E001",
            )
        ]
    finally:
        connection.close()
    return [Error(roles.in_words(found), id="portal.E002")] if found else []
