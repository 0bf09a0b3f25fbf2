from collections.abc import Iterator
from typing import Any

import pytest

from chiba_ward.outbox import publishing
from tests.outbox import probe


@pytest.fixture(autouse=True)
def _closed_breaker() -> Iterator[None]:
    publishing.breaker.reset()
    yield
    publishing.breaker.reset()


@pytest.fixture(scope="package")
def _traces(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        probe.make_table()
    yield
    with django_db_blocker.unblock():
        probe.drop_table()


@pytest.fixture
def table(_traces: None, db: None) -> None:
    probe.outside.world.clear()
    probe.outside.answer = None


@pytest.fixture
def committed_table(_traces: None, transactional_db: None) -> Iterator[None]:
    yield
    probe.empty_table()
