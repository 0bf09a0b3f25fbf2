"""A matter moves in while others write: no row is left outside, and whoever is blind afterwards is told in words."""

from collections.abc import Callable

import pytest
from django.db import transaction

from chiba_ward.access.actor import SYSTEM
from chiba_ward.casework import timeline
from chiba_ward.casework.models import Deadline, Matter, SearchTerms
from chiba_ward.casework.search import index
from chiba_ward.compartments import services as compartments
from consultations.enums import PartyKind
from consultations.models import Consultation, Party
from consultations.services import triage
from tests.compartments import walls
from tests.consultations.staff_support import House, by, make_house
from tests.races import in_thread

pytestmark = pytest.mark.django_db(transaction=True)


def outside(case: Consultation) -> list[str]:
    """Tables in which somebody without a seat still finds a row of this matter."""
    keys = {"consultations_party": "consultation_id", "consultations_consultation": "matter_id"}
    tables = [
        "casework_deadline",
        "casework_timelineentry",
        "casework_searchterms",
        "consultations_party",
        "consultations_consultation",
    ]
    return [table for table in tables if walls.counted(table, f"{keys.get(table, 'matter_id')} = {case.pk}")]


WRITES: dict[str, Callable[[House, Consultation], object]] = {
    "deadline": lambda house, case: Deadline.objects.filter(matter=case.pk).order_by("pk")[0].save(),
    "new party": lambda house, case: Party.objects.create(
        consultation_id=case.pk, kind=PartyKind.SUBJECT, name="別"
    ),
    "line": lambda house, case: timeline.record(Matter(pk=case.pk), "consultation.note", SYSTEM),
    "index": lambda house, case: index.refresh(case.matter),
    "verb": lambda house, case: triage.take(case.pk, by=by(house.clerk)),
}


@pytest.mark.parametrize("write", WRITES)
def test_it_moves_in_while_somebody_writes(write: str) -> None:
    """The writer was first and has not committed: enclosing waits, and takes the row along."""
    house = make_house()
    case, room = house.case(), walls.compartment()
    assert case.matter.compartment_id is None  # known to both before they begin
    with transaction.atomic():
        WRITES[write](house, case)
        thread, result = in_thread(lambda: compartments.enclose(case.matter, room, by=SYSTEM))
        thread.join(0.4)
    thread.join(20)
    assert result == ["done"]
    assert outside(case) == []
    with compartments.opened((room.pk,), reason="a test"):
        assert SearchTerms.objects.count() == 0
        assert Matter.objects.get(pk=case.pk).compartment_id == room.pk


@pytest.mark.parametrize("write", WRITES)
def test_somebody_writes_while_it_moves_in(write: str) -> None:
    """The move was first and has not committed: whoever writes waits, and finds it gone."""
    house = make_house()
    case, room = house.case(), walls.compartment()
    assert case.matter.compartment_id is None  # known to both before they begin
    with transaction.atomic():
        compartments.enclose(case.matter, room, by=SYSTEM)
        thread, result = in_thread(lambda: WRITES[write](house, case))
        thread.join(0.4)
    thread.join(20)
    assert outside(case) == []
    assert result != []
    assert result != ["done"] or write in ("line", "deadline")


def test_twice_at_once_is_once() -> None:
    house = make_house()
    case, room = house.case(), walls.compartment()
    matter = case.matter
    pairs = [in_thread(lambda: compartments.enclose(matter, room, by=SYSTEM)) for _ in range(2)]
    for thread, _ in pairs:
        thread.join(20)
    assert [result for _, result in pairs] == [["done"], ["done"]]
    with compartments.opened((room.pk,), reason="a test"):
        assert case.matter.timeline.filter(kind="matter.enclosed").count() == 1


def test_nothing_leads_out() -> None:
    house = make_house()
    case = house.case()
    room = walls.enclose(case.matter)
    other = walls.compartment()
    for target in (None, other.pk):
        with (
            pytest.raises(Exception, match="does not leave"),
            compartments.opened((room.pk, other.pk), reason="a test"),
        ):
            Matter.objects.filter(pk=case.pk).update(compartment=target)
    with pytest.raises(Matter.DoesNotExist):
        compartments.enclose(case.matter, other, by=SYSTEM)
