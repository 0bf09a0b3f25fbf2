"""What one request, task or block has opened is closed for whoever comes next, however it ended (ASSURANCE finding 7)."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.casework.models import Matter
from chiba_ward.compartments import services as compartments
from chiba_ward.compartments.middleware import CompartmentMiddleware
from chiba_ward.directory.enums import Role
from chiba_ward.outbox import tasks
from chiba_ward.outbox.effects import _effects, effect
from chiba_ward.outbox.models import OutboxEntry
from tests.compartments import walls
from tests.consultations.staff_support import House, make_house
from tests.factories import make_posting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house() -> House:
    return make_house()


def seen(matter: int) -> bool:
    return Matter.objects.filter(pk=matter).exists()


def test_open_inside_and_closed_after(house: House) -> None:
    case = house.case()
    room = walls.enclose(case.matter, house.clerk)
    assert not seen(case.pk)
    with compartments.opened(actor_of(house.clerk.person, house.clerk)):
        assert seen(case.pk)
        assert compartments.are_open() == {room.pk}
    assert not seen(case.pk)
    assert (walls.setting(), compartments.are_open()) == ("", frozenset())


def _fail_within(room: int, matter: int) -> None:
    with compartments.opened((room,), reason="a test"):
        assert seen(matter)
        raise Http404


def test_an_exception_closes_it(house: House) -> None:
    case = house.case()
    room = walls.enclose(case.matter)
    for outer in (transaction.atomic, _nothing):
        with outer():
            with pytest.raises(Http404):
                _fail_within(room.pk, case.pk)
            assert not seen(case.pk)
            assert walls.setting() == ""


def test_an_error_of_the_database_that_somebody_swallows_closes_it(house: House) -> None:
    case = house.case()
    room = walls.enclose(case.matter)
    with compartments.opened((room.pk,), reason="a test"):
        Matter.objects.filter(pk=case.pk).update(kind="other")
        with connection.cursor() as cursor, pytest.raises(DatabaseError):
            cursor.execute("SELECT 1 / 0")
    assert not seen(case.pk)
    with compartments.opened((room.pk,), reason="a test"):
        assert Matter.objects.get(pk=case.pk).kind == "consultation"


def test_a_rollback_closes_it(house: House) -> None:
    case = house.case()
    room = walls.enclose(case.matter)
    with compartments.opened((room.pk,), reason="a test"):
        transaction.set_rollback(True)
    assert not seen(case.pk)
    assert walls.setting() == ""


def test_an_inner_block_takes_away_no_more_than_it_added(house: House) -> None:
    cases = [house.case(), house.case()]
    rooms = [walls.enclose(case.matter).pk for case in cases]
    with compartments.opened(rooms[:1], reason="a test"):
        with compartments.opened(rooms, reason="a test"):
            assert [seen(case.pk) for case in cases] == [True, True]
        assert [seen(case.pk) for case in cases] == [True, False]
        with pytest.raises(ValueError, match="x"), compartments.opened(rooms, reason="a test"):
            raise ValueError("x")
        assert [seen(case.pk) for case in cases] == [True, False]


def test_whoever_has_no_seat_names_the_reason(house: House) -> None:
    room = walls.enclose(house.case().matter)
    with pytest.raises(ValueError, match="why"), compartments.opened((room.pk,)):
        pass
    nobody = Actor(compartments=frozenset())
    with compartments.opened(nobody):
        assert not connection.in_atomic_block


def test_the_next_request_on_the_same_connection_finds_it_closed(house: House, sign_in: Any) -> None:
    case = house.case()
    walls.enclose(case.matter, house.clerk)
    address = reverse("staff:case", args=[case.receipt_no])
    member, colleague = sign_in(house.clerk.person), sign_in(house.colleague.person)
    for _ in range(2):
        assert member.get(address).status_code == 200
        assert colleague.get(address).status_code == 404
        assert (walls.setting(), walls.setting("portal.matter")) == ("", "")


@pytest.mark.parametrize("ending", ["answer", "refusal", "crash", "error of the database"])
def test_a_request_closes_it_however_it_ends(house: House, ending: str) -> None:
    case = house.case()
    room = walls.enclose(case.matter)

    def view(request: Any) -> HttpResponse:
        assert seen(case.pk)
        if ending == "refusal":
            raise Http404
        if ending == "crash":
            raise RuntimeError
        if ending == "error of the database":
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
        return HttpResponse("ok")

    request = RequestFactory().get("/")
    request.actor = Actor(posting=house.clerk, compartments=frozenset({room.pk}))
    try:
        CompartmentMiddleware(view)(request)
    except (Http404, RuntimeError, DatabaseError):
        assert ending != "answer"
    assert not seen(case.pk)
    assert (walls.setting(), connection.in_atomic_block) == ("", False)


def test_a_stream_is_read_while_it_is_open(house: House) -> None:
    from django.http import StreamingHttpResponse

    case = house.case()
    room = walls.enclose(case.matter)
    request = RequestFactory().get("/")
    request.actor = Actor(posting=house.clerk, compartments=frozenset({room.pk}))
    lines = (str(seen(case.pk)) for _ in range(2))
    response: Any = CompartmentMiddleware(lambda request: StreamingHttpResponse(lines))(request)
    assert list(response) == [b"True", b"True"]
    assert not seen(case.pk)


def test_the_proof_of_a_key_opens_one_matter_alone(house: House) -> None:
    case, other = house.case(), house.case()
    room = walls.enclose(case.matter)
    compartments.enclose(other.matter, room, by=Actor())
    with compartments.opened_by_key(case.pk):
        assert (seen(case.pk), seen(other.pk)) == (True, False)
        assert walls.counted("consultations_consultation") == 1
        assert walls.counted("casework_timelineentry", f"matter_id <> {case.pk}") == 0
    assert not seen(case.pk)
    with pytest.raises(Http404), compartments.opened_by_key(case.pk):
        raise Http404
    assert walls.setting("portal.matter") == ""


def test_a_task_works_in_its_own_compartment_and_leaves_nothing_open(house: House) -> None:
    case, other = house.case(), house.case()
    room = walls.enclose(case.matter)
    walls.enclose(other.matter)
    found: list[tuple[bool, bool]] = []

    @effect("test.looks")
    def look(payload: Any) -> None:
        found.append((seen(case.pk), seen(other.pk)))

    try:
        with compartments.opened((room.pk,), reason="a test"):
            entry = OutboxEntry.objects.create(kind="test.looks", key="one", matter=case.matter)
        loose = OutboxEntry.objects.create(kind="test.looks", key="two")
        assert tasks.run(entry.pk) == "skipped"  # without its compartment there is no such entry
        assert tasks.run(entry.pk, room.pk) == "done"
        assert tasks.run(loose.pk) == "done"
    finally:
        _effects.pop("test.looks")
    assert found == [(True, False), (False, False)]
    assert (walls.setting(), compartments.at_work()) == ("", None)


def test_a_task_that_fails_leaves_nothing_open(house: House) -> None:
    room = walls.enclose(house.case().matter)
    with pytest.raises(RuntimeError), compartments.work(room.pk, reason="a test"), compartments.atomic():
        raise RuntimeError
    assert (walls.setting(), compartments.at_work()) == ("", None)


def test_a_seat_that_ended_opens_nothing(house: House, sign_in: Any) -> None:
    from chiba_ward.compartments import seats

    case = house.case()
    room = walls.enclose(case.matter, house.clerk)
    seats.admit_role(room, house.section, Role.SECTION, by=Actor(), reason=walls.WHY)
    address = reverse("staff:case", args=[case.receipt_no])
    member, by_role = sign_in(house.clerk.person), sign_in(house.worker.person)
    assert [one.get(address).status_code for one in (member, by_role)] == [200, 200]
    for seat in room.seats.order_by("pk"):
        seats.dismiss(seat)
    assert [one.get(address).status_code for one in (member, by_role)] == [404, 404]
    with pytest.raises(compartments.NotPossible):
        seats.admit(room, make_posting(Role.AUDITOR), by=Actor(), reason=walls.WHY)


class _nothing:  # noqa: N801  (stands for a block)
    def __enter__(self) -> None: ...

    def __exit__(self, *_: Any) -> None: ...
