from pathlib import Path
from typing import Any

import pytest

from chiba_ward.casework import calendars, file_limits
from tests.casework import support


@pytest.fixture(autouse=True)
def _no_kept_calendars() -> None:
    calendars.forget()
    file_limits.forget()
    support.ALLOWED.clear()


@pytest.fixture
def media(tmp_path: Path, settings: Any) -> Path:
    """An empty folder for the blobs of one test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"
