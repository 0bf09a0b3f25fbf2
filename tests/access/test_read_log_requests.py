"""One row for what a request has shown, one for every refusal, whatever the view's transaction did (AU1, AU3)."""

from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chiba_ward.access import readlog
from chiba_ward.access.actor import SYSTEM, Actor
from chiba_ward.access.models import ReadLogEntry, User
from chiba_ward.access.readlog import collector, middleware
from chiba_ward.access.readlog.entries import digest_of_words, pseudonym
from chiba_ward.access.readlog.kinds import UnknownKindError
from chiba_ward.directory.enums import Role
from tests.factories import make_office, make_posting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _urls(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.access.read_log_urls"


def written() -> list[ReadLogEntry]:
    return list(ReadLogEntry.objects.order_by("seq"))


def only() -> ReadLogEntry:
    found = written()
    assert len(found) == 1, found
    return found[0]


def test_who_saw_what_is_one_row(sign_in: Any) -> None:
    posting = make_posting(Role.SECTION, office=make_office("高齢障害支援課"))
    sign_in(posting.person).get("/one/")
    row = only()
    assert (row.verb, row.kind, row.ids, row.amount, row.result) == ("read", "person", [7], 1, 200)
    assert (row.actor_kind, row.role, row.actor_name) == ("staff", "SC", posting.person.name)
    assert (row.user_id, row.posting_id, row.office_id) == (
        posting.person_id,
        posting.pk,
        posting.post.office_id,
    )
    assert (row.office_name, row.route) == ("高齢障害支援課", "one/")
    assert len(row.request_id) == 36
    assert row.matter_ids == []


def test_it_costs_one_statement(client: Client) -> None:
    client.get("/one/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/one/")
    assert [query["sql"].split()[0] for query in asked] == ["INSERT"]


def test_parts_of_a_page_make_one_row(client: Client) -> None:
    client.get("/many/")
    row = only()
    assert (row.verb, row.kind, row.ids) == ("read", "consultation", [7, 8])
    assert row.keys == ["attachment:3", "draft:ab-cd"]
    assert row.matter_ids == [7, 9], "what was only listed was not opened"
    assert row.amount == 4


def test_words_are_never_kept(client: Client) -> None:
    client.get("/search/", {"q": "ﾔﾏﾀﾞ　Ｔａｒｏ"})
    client.get("/search/", {"q": "ヤマダ taro"})
    client.get("/search/")
    first, second, third = written()
    assert (first.verb, third.verb, third.words) == ("search", "list", "")
    assert first.words == second.words == digest_of_words("ヤマダ TARO")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(access_readlogentry::text, '') FROM access_readlogentry")
        text = cursor.fetchone()[0].lower()
    assert "taro" not in text
    assert "ヤマダ" not in text


@pytest.mark.parametrize(("how", "status"), [("missing", 404), ("forbidden", 403)])
def test_a_refusal_survives_the_rollback(client: Client, how: str, status: int) -> None:
    assert client.get(f"/refuse/{how}/5/").status_code == status
    events, refusal = written()
    assert (events.verb, events.ids) == ("factor_failed", [5])
    assert (refusal.verb, refusal.result, refusal.route) == ("denied", status, "refuse/<slug:how>/<int:pk>/")
    assert refusal.keys == [pseudonym(how), pseudonym(5)]
    assert refusal.matter_ids == []


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_committed_although_every_request_is_a_transaction(
    client: Client, settings: Any
) -> None:
    """ASSURANCE finding 4: with ATOMIC_REQUESTS a row written in the view is gone."""
    settings.DATABASES["default"]["ATOMIC_REQUESTS"] = True
    connection.settings_dict["ATOMIC_REQUESTS"] = True
    try:
        assert client.get("/refuse/missing/5/").status_code == 404
        assert client.get("/one/").status_code == 200
    finally:
        connection.settings_dict["ATOMIC_REQUESTS"] = False
    assert [row.verb for row in written()] == ["factor_failed", "denied", "read"]


def test_a_page_that_broke_is_told_with_its_result(client: Client) -> None:
    client.raise_request_exception = False
    assert client.get("/refuse/broken/5/").status_code == 500
    assert [(row.verb, row.result) for row in written()] == [("factor_failed", 500), ("read", 500)]


def test_what_an_address_names_is_its_kind_and_id(client: Client) -> None:
    readlog.register_target("refuse", "pk", "person")
    try:
        client.get("/refuse/missing/5/")
        row = written()[-1]
        assert (row.kind, row.ids, row.keys) == ("person", [5], [])
    finally:
        from chiba_ward.access.readlog import kinds

        del kinds._targets["refuse", "pk"]


def test_an_address_that_leads_nowhere_is_no_refusal(client: Client) -> None:
    assert client.get("/nowhere/at/all/").status_code == 404
    assert written() == []


def test_a_page_is_not_shown_when_its_row_cannot_be_written(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise DatabaseError("no space left on device")

    monkeypatch.setattr(middleware, "write", full)
    client.raise_request_exception = False
    response = client.get("/one/")
    assert response.status_code == 500
    assert "見本" not in response.content.decode()


@pytest.mark.parametrize(("number", "parts"), [(0, [0]), (3, [3]), (1000, [1000]), (2500, [1000, 1000, 500])])
def test_a_file_is_told_in_parts_as_it_leaves(client: Client, number: int, parts: list[int]) -> None:
    response = client.get(f"/stream/{number}/")
    assert written() == [], "nothing has left yet"
    assert len(b"".join(response).splitlines()) == number  # type: ignore[arg-type]
    rows = written()
    assert [row.amount for row in rows] == parts
    assert {row.verb for row in rows} == {"export"}
    assert len({row.request_id for row in rows}) == 1
    assert sorted({pk for row in rows for pk in row.matter_ids}) == list(range(1, number + 1))


def test_a_file_that_breaks_off_has_told_of_what_went_out(client: Client) -> None:
    response = client.get("/stream/2500/")
    lines = iter(response)  # type: ignore[call-overload]
    for _ in range(1001):
        next(lines)
    assert [row.amount for row in written()] == [1000, 1000]


def test_the_actor_counts_as_the_view_left_it(client: Client) -> None:
    posting = make_posting(Role.BUREAU)
    client.get(f"/token/{posting.pk}/")
    row = only()
    assert (row.actor_kind, row.posting_id, row.actor_name) == ("partner", posting.pk, posting.person.name)


def test_residents_and_strangers_have_no_name(
    client: Client, resident: User, resident_client: Client
) -> None:
    User.objects.filter(pk=resident.pk).update(name="千葉 花子")
    resident_client.get("/one/")
    client.get("/one/")
    known, stranger = written()
    assert (known.actor_kind, known.user_id, known.actor_name) == ("resident", resident.pk, "")
    assert (stranger.actor_kind, stranger.user_id) == ("nobody", None)


def test_no_network_address_and_no_browser_is_kept() -> None:
    Client(REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="Canary/9.9").get("/one/")
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_readlogentry::text FROM access_readlogentry")
        text = cursor.fetchone()[0]
    assert "203.0.113" not in text
    assert "Canary" not in text


def test_strangers_cannot_fill_the_table(
    client: Client, monkeypatch: pytest.MonkeyPatch, sign_in: Any
) -> None:
    monkeypatch.setattr(middleware, "REFUSALS_OF_STRANGERS", 3)
    for _ in range(10):
        client.get("/refuse/missing/5/")
    denied = [row for row in written() if row.verb == "denied"]
    assert 3 <= len(denied) <= 4
    clerk = sign_in(make_posting(Role.SECTION).person)
    for _ in range(6):
        clerk.get("/refuse/missing/5/")
    assert len([row for row in written() if row.verb == "denied" and row.actor_kind == "staff"]) == 6


def test_who_must_say_why_is_led_there(client: Client) -> None:
    response = client.get("/ask/")
    assert (response.status_code, response.headers["Location"]) == (302, "/one/")
    assert written() == []


def test_a_slip_in_a_kind_is_an_error() -> None:
    with collector.collecting(lambda _: None), pytest.raises(UnknownKindError):
        readlog.saw("persn", [1])


def test_outside_of_a_request_nothing_is_shown_and_nothing_kept() -> None:
    readlog.saw("person", [1])
    readlog.event(readlog.Verb.SIGN_IN, "person", [1])
    assert list(readlog.exported("person", [])) == []
    assert written() == []


def test_a_task_records_on_behalf_of_somebody() -> None:
    readlog.record(SYSTEM, readlog.Verb.EXPORT, "consultation", [4, 5], reason="月次の統計")
    row = only()
    assert (row.actor_kind, row.ids, row.matter_ids, row.reason) == ("system", [4, 5], [4, 5], "月次の統計")
    readlog.record(Actor(matter_id=4), readlog.Verb.READ, "consultation", [4])
    assert written()[-1].actor_kind == "key"


def test_what_is_too_long_for_a_column_is_cut() -> None:
    readlog.record(SYSTEM, readlog.Verb.EXPORT, "person", ["k" * 99], reason="あ" * 900)
    row = only()
    assert (len(row.reason), len(row.keys[0])) == (300, 40)


def test_late_reading_is_marked(sign_in: Any, time_machine: Any) -> None:
    """Weekdays 8:30 to 17:15; an hour before and two hours after, people are at their desks."""
    client = sign_in(make_posting(Role.SECTION).person)
    for moment, is_late in (
        ("2026-11-25 10:00", False),
        ("2026-11-25 07:45", False),
        ("2026-11-25 19:10", False),
        ("2026-11-25 19:20", True),
        ("2026-11-25 03:00", True),
        ("2026-11-28 10:00", True),
        ("2026-11-23 10:00", True),  # a holiday
    ):
        time_machine.move_to(f"{moment} +0900")
        sign_in(make_posting(Role.SECTION).person).get("/one/")
        assert written()[-1].is_off_hours is is_late, moment
    assert client
