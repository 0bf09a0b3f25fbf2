from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from chiba_ward.casework import calendars
from chiba_ward.directory import selectors
from chiba_ward.directory.models import Office
from tests.consultations import citizen_support


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    yield
    calendars.forget()
    selectors.forget_emergency_numbers()


@pytest.fixture
def city(db: None, tmp_path: Path, settings: Any) -> Office:
    """The desk of 中央区 in a small city; uploads lie in a folder of the test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return citizen_support.make_city()


@pytest.fixture
def monday() -> Iterator[Any]:
    """Monday 11 May 2026, 10:00 in Chiba: the office is open."""
    with time_machine.travel(citizen_support.MONDAY, tick=True) as clock:
        yield clock


@pytest.fixture
def friday_night() -> Iterator[Any]:
    """Friday 15 May 2026, 21:00: nobody reads before Monday."""
    with time_machine.travel(citizen_support.FRIDAY_NIGHT, tick=True) as clock:
        yield clock
