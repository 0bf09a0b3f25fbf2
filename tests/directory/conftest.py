from collections.abc import Iterator

import pytest

from chiba_ward.directory import selectors


@pytest.fixture(autouse=True)
def fresh_numbers() -> Iterator[None]:
    """The numbers are kept for a minute by the process; another test's rows must not show."""
    selectors.forget_emergency_numbers()
    yield
    selectors.forget_emergency_numbers()
