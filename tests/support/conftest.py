import pytest

from tests.support.household import Household, make_household


@pytest.fixture
def house(clean_slate: None) -> Household:
    """S3: the father at the counter, the son who does not leave his room, the mother who needs care."""
    return make_household()
