from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chiba_ward.casework import calendars
from chiba_ward.directory import selectors
from consultations import choices
from tests.support.household import Household, make_household


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    yield
    calendars.forget()
    choices.forget()
    selectors.forget_emergency_numbers()


@pytest.fixture
def house(db: None, tmp_path: Path, settings: Any) -> Household:
    """S3: the father at the counter, the son who does not leave his room, the mother who needs care."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return make_household()
