from collections.abc import Iterator

import pytest

from chiba_ward.casework import calendars
from chiba_ward.directory import selectors
from consultations import choices
from consultations import initial as topic_rows
from tests.api.support import Caller, caller
from tests.consultations.staff_support import House, make_house
from tests.kept import begin_with


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    choices.forget()
    yield
    calendars.forget()
    choices.forget()
    selectors.forget_emergency_numbers()


@pytest.fixture
def house(db: None) -> House:
    """緑区 with a desk, a section and people on duty; the first rows of fields and topics."""
    made = make_house()
    begin_with(topic_rows.load)
    return made


@pytest.fixture
def clerk(house: House) -> Caller:
    """A system at the desk, with every scope."""
    return caller(house.clerk)
