import pytest

from tests.circulars.rounds import Round, make_round


@pytest.fixture
def ground(clean_slate: None) -> Round:
    return make_round()
