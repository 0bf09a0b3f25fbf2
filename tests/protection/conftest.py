import pytest

from tests.protection.support import Ward, make_protected_ward


@pytest.fixture
def ward(db: None) -> Ward:
    return make_protected_ward()
