from collections.abc import Iterator

import pytest

from chiba_ward.outbox import publishing
from tests.outbox import probe


@pytest.fixture(autouse=True)
def _closed_breaker() -> Iterator[None]:
    publishing.breaker.reset()
    yield
    publishing.breaker.reset()


@pytest.fixture
def table(db: None) -> Iterator[None]:
    probe.make_table()
    probe.outside.world.clear()
    probe.outside.answer = None
    yield
    probe.drop_table()


@pytest.fixture
def committed_table(transactional_db: None) -> Iterator[None]:
    probe.make_table()
    yield
    probe.drop_table()
