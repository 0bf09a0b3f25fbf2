"""What every test may ask for: people with postings, and browsers in which they are signed in."""

import gc
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import translation

from chiba_ward.access.doors import ENROLLED_KEY
from chiba_ward.access.models import User
from chiba_ward.casework import calendars
from chiba_ward.database.roles import as_owner
from chiba_ward.directory import selectors
from chiba_ward.directory.enums import Role
from chiba_ward.rows import memory
from consultations import choices
from tests.factories import make_posting, make_user

# What has a command of its own, as it takes minutes or wants what the suite does not bring.
APART = {
    "faults": os.environ.get("FAULTS") in ("short", "long"),  # kills servers and waits for what comes back
    "bench/test_whole_command.py": os.environ.get("BENCH") == "whole",  # loads, serves and measures a city
    "casework/test_clamd_real.py": os.environ.get("CLAMD")
    == "real",  # the suite has a server that speaks like it
}
collect_ignore = [path for path, is_asked_for in APART.items() if not is_asked_for]

# The rules of the house, watched during every test; each file says which one. They are proved in tests/guards.
pytest_plugins = [
    "tests.guards.plugins.roles",
    "tests.guards.plugins.faults",
    "tests.guards.plugins.undefined",
    "tests.guards.plugins.ordering",
    "tests.guards.plugins.writes",
    "tests.guards.plugins.answers",
    "tests.guards.plugins.demo",
    "tests.baselines.plugin",
]

hypothesis.settings.register_profile("suite", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("suite")
BACKEND = "chiba_ward.access.duties.PostedBackend"
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}
UNTRUNCATED = (
    ("access_readlogentry", "read_log_no_truncate"),
    ("access_readloghead", "read_log_head_no_truncate"),
)
SignIn = Callable[..., Client]


def pytest_collection_finish() -> None:
    """What is loaded by now lives to the end of the run: no use in walking through it after every few objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


@pytest.fixture(scope="session", autouse=True)
def _static_root() -> None:
    """WhiteNoise warns of a missing folder, and warnings are errors."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests with real commits empty every table afterwards, which the read log refuses to everybody.

    `tests/access/test_read_log_chain.py` switches the refusal on again and tries it.
    """
    with django_db_blocker.unblock(), as_owner() as owner, owner.cursor() as cursor:
        for table, trigger in UNTRUNCATED:
            cursor.execute("SELECT to_regclass(%s)", [table])
            if cursor.fetchone()[0]:  # there is none where no test of the run asks for a database
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")


@pytest.fixture(scope="session")
def apart(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """A connection outside the transaction of the test."""
    connection = connections["default"].copy()
    yield connection
    with django_db_blocker.unblock():
        connection.close()


@pytest.fixture(autouse=True)
def _no_counted_tries(request: pytest.FixtureRequest, django_db_blocker: Any) -> None:
    """Counts of refused tries are committed for good, so they would reach into the next test."""
    if request.node.get_closest_marker("django_db") or DATABASE_FIXTURES & set(request.fixturenames):
        connection = request.getfixturevalue("apart")
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM access_throttle")


@pytest.fixture(autouse=True)
def _no_memory_of_another_test() -> None:
    """What processes keep for a minute would reach into the next test, whose rows have other names."""
    memory.forget()


@pytest.fixture(autouse=True)
def _no_language_of_another_test() -> None:
    """A request leaves its language in the thread, which the next request sets anew and a bare template does not."""
    translation.deactivate()


@contextmanager
def silence() -> Iterator[None]:
    """For thousands of requests, in which nobody reads the line that each one logs."""
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


@pytest.fixture
def without_lines() -> Iterator[None]:
    with silence():
        yield


@pytest.fixture
def clean_slate(db: None, tmp_path: Path, settings: Any) -> Iterator[None]:
    """For a town that a test builds: a folder for its files, and no memory of another one's names, hours and choices."""
    settings.MEDIA_ROOT = tmp_path / "media"
    _forget_the_town()
    yield
    _forget_the_town()


def _forget_the_town() -> None:
    calendars.forget()
    choices.forget()
    selectors.forget_emergency_numbers()
    memory.forget()


@pytest.fixture
def sign_in() -> SignIn:
    """`sign_in(user)` -> a client signed in as with password and second factor."""

    def signed_in(user: User, *, second_factor: bool = True, **options: Any) -> Client:
        client = Client(**options)
        client.force_login(user, backend=BACKEND)
        if second_factor:
            session = client.session
            session[ENROLLED_KEY] = user.pk
            session.save()
        return client

    return signed_in


@pytest.fixture
def as_role(db: None, sign_in: SignIn) -> SignIn:
    """`as_role(Role.RECEPTION, office=…)` -> the client of a new person under that posting."""

    def signed_in(role: Role, **posting: Any) -> Client:
        return sign_in(make_posting(role, **posting).person)

    return signed_in


@pytest.fixture
def resident(db: None) -> User:
    return make_user("resident@example.test")


@pytest.fixture
def resident_client(resident: User, sign_in: SignIn) -> Client:
    return sign_in(resident, second_factor=False)
