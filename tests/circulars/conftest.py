from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chiba_ward.casework import calendars
from chiba_ward.rows import memory
from tests.circulars.rounds import Round, make_round


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    memory.forget()
    yield
    calendars.forget()
    memory.forget()


@pytest.fixture
def ground(db: None, tmp_path: Path, settings: Any) -> Round:
    settings.MEDIA_ROOT = tmp_path / "media"
    return make_round()
