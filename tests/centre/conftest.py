from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chiba_ward.casework import calendars
from chiba_ward.directory import selectors
from consultations import choices
from tests.centre.sections import Sections, make_sections


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    yield
    calendars.forget()
    choices.forget()
    selectors.forget_emergency_numbers()


@pytest.fixture
def wards(db: None, tmp_path: Path, settings: Any) -> Sections:
    settings.MEDIA_ROOT = tmp_path / "media"
    return make_sections()
