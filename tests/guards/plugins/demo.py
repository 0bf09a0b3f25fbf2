"""The demo city in a database of its own, loaded once a run and copied by PostgreSQL for whoever needs a fresh one.

Tests that make their own rows keep the empty database of pytest-django.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connections

from chiba_ward.casework import calendars
from chiba_ward.database.roles import as_owner
from chiba_ward.directory import selectors
from chiba_ward.rows import memory
from tests.guards.plugins.furnish import furnish
from tests.guards.plugins.roles import end_connections

PER_WARD = 2
_number = count(1)


def _main() -> Any:
    return connections["default"]


def _run(statement: str) -> None:
    with as_owner() as owner, owner._nodb_cursor() as cursor:
        cursor.execute(statement)


def copy_database(source: str, target: str) -> None:
    """Takes a moment; nobody may be connected to the source."""
    _run(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')


def drop_database(name: str) -> None:
    """Whoever is still connected is thrown out.

    Without FORCE: it refuses where autovacuum is at work, which belongs to the superuser; a plain DROP ends that
    itself and waits.
    """
    end_connections(name)
    _run(f'DROP DATABASE IF EXISTS "{name}"')


@contextmanager
def using(name: str) -> Iterator[None]:
    """Every new connection of this process goes to that database."""
    before = _main().settings_dict["NAME"]
    _switch(name)
    try:
        yield
    finally:
        _switch(before)


def _switch(name: str) -> None:
    _main().close()
    _main().settings_dict["NAME"] = name
    ContentType.objects.clear_cache()
    calendars.forget()
    selectors.forget_emergency_numbers()
    memory.forget()


@pytest.fixture(scope="session")
def demo_template(django_db_setup: None, django_db_blocker: Any, apart: Any) -> Iterator[str]:
    """The name of a database that holds the initial rows and a small demo city. Copy it, do not write into it."""
    with django_db_blocker.unblock():
        is_our_own = not _main().settings_dict["NAME"].startswith("test_")
        before = _main().settings_dict["NAME"]
        if is_our_own:  # pytest-django makes none where no test of the run asks for `db`
            with as_owner() as owner:
                owner.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        source = _main().settings_dict["NAME"]
        name = f"{source}_demo"
        apart.close()
        _main().close()
        drop_database(name)
        copy_database(source, name)
        with using(name):
            call_command("load_initial_directory", verbosity=0)
            call_command("load_demo_city", per_ward=PER_WARD, verbosity=0)
    yield name
    with django_db_blocker.unblock():
        drop_database(name)
        if is_our_own:
            _main().close()
            with as_owner() as owner:
                owner.creation.destroy_test_db(before, verbosity=0)


@pytest.fixture(scope="session")
def demo_database(demo_template: str, django_db_blocker: Any) -> Iterator[str]:
    """A copy for tests that roll back what they do."""
    name = f"{demo_template}_shared"
    with django_db_blocker.unblock():
        drop_database(name)
        copy_database(demo_template, name)
        with using(name):
            furnish()
        yield name
        drop_database(name)


@pytest.fixture
def _in_demo_city(demo_database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), using(demo_database):
        yield


@pytest.fixture
def demo_city(_in_demo_city: None, db: None) -> None:
    """The test runs in the demo city and leaves no trace."""


@pytest.fixture(scope="session")
def fresh_city(demo_template: str, django_db_blocker: Any) -> Callable[[], Any]:
    """`with fresh_city():` a demo city of one's own, with real commits, thrown away afterwards."""

    @contextmanager
    def city() -> Iterator[str]:
        name = f"{demo_template}_{next(_number)}"
        with django_db_blocker.unblock():
            copy_database(demo_template, name)
            try:
                with using(name):
                    yield name
            finally:
                drop_database(name)

    return city
