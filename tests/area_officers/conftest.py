from pathlib import Path
from typing import Any

import pytest

from community.area_officers import initial
from tests.area_officers.section import Section, make_section


@pytest.fixture
def section(db: None, tmp_path: Path, settings: Any) -> Section:
    settings.MEDIA_ROOT = tmp_path / "media"
    initial.load()
    return make_section()
