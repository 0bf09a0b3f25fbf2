import pytest

from tests.ward_meetings.halls import Hall, make_hall


@pytest.fixture
def hall(clean_slate: None) -> Hall:
    return make_hall()
