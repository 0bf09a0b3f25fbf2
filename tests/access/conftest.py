from collections.abc import Iterator
from typing import Any

import pytest

from chiba_ward.database import roles


@pytest.fixture(scope="module")
def as_the_owner(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The tests of this module have the hands of whoever owns the tables: those that could forge the log."""
    with roles.as_owner():
        yield
