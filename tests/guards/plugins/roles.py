"""The suite runs as the application's role; only here, and in `as_owner` blocks, does it own its databases (AC4)."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connections

from chiba_ward.database.roles import as_owner

_owner = ExitStack()


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
