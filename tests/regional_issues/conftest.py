import pytest

from tests.community.town import Town, make_town


@pytest.fixture
def ground(clean_slate: None) -> Town:
    return make_town()
