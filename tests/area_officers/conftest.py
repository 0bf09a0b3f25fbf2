import pytest

from community.area_officers import initial
from tests.area_officers.section import Section, make_section


@pytest.fixture
def section(clean_slate: None) -> Section:
    initial.load()
    return make_section()
