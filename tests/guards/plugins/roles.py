"""The suite runs as the application's role; only here, and in `as_owner` blocks, does it own its databases (AC4)."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connections

from chiba_ward.database.roles import as_owner

_owner = ExitStack()
END_OWN = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user"
)


def end_connections(name: str) -> None:
    """Every thread of the two roles that still talks to this database; each ends at its own role's word alone."""
    with connections["default"]._nodb_cursor() as cursor:
        cursor.execute(END_OWN, [name])
    with as_owner() as owner, owner._nodb_cursor() as cursor:
        cursor.execute(END_OWN, [name])


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None,
    django_test_environment: None,
    django_db_blocker: Any,
) -> None:
    """Just before pytest-django makes the databases."""
    with django_db_blocker.unblock():
        _owner.enter_context(as_owner())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Just after, and again before they are dropped: nobody may be connected then."""
    with django_db_blocker.unblock():
        _owner.close()
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        end_connections(connections["default"].settings_dict["NAME"])
