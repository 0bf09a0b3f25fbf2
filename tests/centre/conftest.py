import pytest

from tests.centre.sections import Sections, make_sections


@pytest.fixture
def wards(clean_slate: None) -> Sections:
    return make_sections()
