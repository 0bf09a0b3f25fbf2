"""だれがこの相談を見たか: days, offices and what for; no names, nothing of the abuse team, nothing of one's own."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from chiba_ward.access import case_keys, readlog
from chiba_ward.access.actor import CASE_KEY, Actor, actor_of
from chiba_ward.access.enums import ActorKind
from chiba_ward.access.models import ReadLogEntry, User
from chiba_ward.access.readlog import own
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Posting
from consultations.models import Consultation
from tests.consultations.staff_support import House, by, make_house, taken
from tests.factories import make_office, make_posting

pytestmark = pytest.mark.django_db
Verb = readlog.Verb
OTHER_READINGS = 3000


@pytest.fixture
def house() -> House:
    return make_house()


@pytest.fixture
def case(house: House, resident: User) -> Consultation:
    case = taken(house)
    Consultation.objects.filter(pk=case.pk).update(user=resident)
    return case


def duty(posting: Posting) -> Actor:
    return by(Posting.objects.with_duty().get(pk=posting.pk))


def page(client: Client, case: Consultation, **query: str) -> str:
    response = client.get(reverse("my_case_readers", args=[case.receipt_no]), query)
    assert response.status_code == 200
    return response.content.decode()


def test_offices_and_days_without_a_name(
    house: House, case: Consultation, resident_client: Client, sign_in: Any
) -> None:
    staff = sign_in(house.clerk.person)
    for _ in range(2):
        staff.get(reverse("staff:case", args=[case.receipt_no]))
    staff.get(reverse("staff:case_print", args=[case.receipt_no]))
    staff.get(reverse("staff:queue"))
    html = page(resident_client, case)
    assert html.count("総務課") >= 2
    assert "相談の画面を開きました。" in html
    assert "2回" in html
    assert "印刷の画面を出しました。" in html
    assert house.clerk.person.name not in html
    assert len(own.openings_of(case.pk).rows) == 2, "a line in a list is no opening"


def test_nothing_of_the_abuse_team_of_oneself_or_of_refusals(house: House, case: Consultation) -> None:
    team = make_posting(Role.ABUSE_TEAM, office=make_office("こども家庭課", ward=house.ward))
    readlog.record(duty(team), Verb.READ, "consultation", [case.pk])
    readlog.record(Actor(matter_id=case.pk), Verb.READ, "consultation", [case.pk])
    readlog.record(actor_of(case.user or User(pk=1)), Verb.READ, "consultation", [case.pk])
    readlog.record(duty(house.clerk), Verb.DENIED, "consultation", [], matters=[case.pk])
    readlog.record(duty(house.clerk), Verb.REASON_ASKED, "outside_duty", [], matters=[case.pk])
    readlog.record(duty(house.clerk), Verb.LIST, "consultation", [case.pk])
    assert own.openings_of(case.pk).rows == []
    readlog.record(duty(house.clerk), Verb.READ, "consultation", [case.pk])
    assert [row.office for row in own.openings_of(case.pk).rows] == ["総務課"]


def test_partners_and_holders_of_links_are_told(
    house: House, case: Consultation, resident_client: Client
) -> None:
    partner = make_posting(Role.PARTNER, office=make_office("あんしんケアセンター"))
    readlog.record(duty(partner), Verb.READ, "referral", [1], matters=[case.pk])
    readlog.record(Actor(referral_id=5), Verb.READ, "referral", [5], matters=[case.pk])
    html = page(resident_client, case)
    assert "あんしんケアセンター" in html
    assert "つないだ先（案内のリンクから）" in html
    assert "つないだ内容を読みました。" in html


def test_who_opened_it_beside_their_duty_is_told(
    house: House, case: Consultation, resident_client: Client
) -> None:
    from dataclasses import replace

    from chiba_ward.access.readlog.entries import entry_of, row_of
    from chiba_ward.access.readlog.writing import write

    entry = replace(entry_of(Verb.READ, "consultation", [case.pk]), is_outside_duty=True, reason="秘密の理由")
    write([row_of(entry, duty(house.clerk), result=200)])
    html = page(resident_client, case)
    assert "担当ではない職員が、理由を書いて開きました。" in html
    assert "秘密の理由" not in html


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Who has looked at this matter"), ("ja-easy", "だれが この相談を 見ましたか")],
)
def test_in_every_language(case: Consultation, resident_client: Client, language: str, words: str) -> None:
    url = f"/{language}/my/{case.receipt_no}/readers/"
    with translation.override("ja"):  # the language of the request ends with it, not with the test's thread
        assert words in resident_client.get(url).content.decode()


def test_an_empty_page_says_so(case: Consultation, resident_client: Client) -> None:
    assert "まだだれも開いていません" in page(resident_client, case)


def test_the_holder_of_the_key_has_it_too(house: House, case: Consultation) -> None:
    client = Client()
    client.get("/")
    session = client.session
    case_keys.grant(session, CASE_KEY, case.pk)
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    assert reverse("status:readers") in client.get(reverse("status:case")).content.decode()
    readlog.record(duty(house.clerk), Verb.READ, "consultation", [case.pk])
    html = client.get(reverse("status:readers")).content.decode()
    assert "総務課" in html
    row = ReadLogEntry.objects.order_by("seq").last()
    assert row is not None
    assert (row.actor_kind, row.kind, row.matter_ids) == (ActorKind.KEY_HOLDER, "read_log", [])


def test_nobody_else_sees_it(house: House, case: Consultation, client: Client, sign_in: Any) -> None:
    other = sign_in(User.objects.create_user("other@example.test"), second_factor=False)
    assert other.get(reverse("my_case_readers", args=[case.receipt_no])).status_code == 404
    assert client.get(reverse("status:readers")).status_code == 302
    assert (
        sign_in(house.clerk.person).get(reverse("my_case_readers", args=[case.receipt_no])).status_code == 404
    )


def test_pages_hold_whole_days(house: House, case: Consultation, time_machine: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(own, "SIZE", 3)
    actors = [duty(house.clerk), duty(make_posting(Role.BUREAU, office=make_office("本庁")))]
    for day in range(1, 6):
        time_machine.move_to(dt.datetime(2026, 10, day, 3, 0, tzinfo=dt.UTC))
        for actor in actors:
            readlog.record(actor, Verb.READ, "consultation", [case.pk])
    first = own.openings_of(case.pk, size=3)
    assert [row.day.day for row in first.rows] == [5, 5, 4, 4]
    assert first.older_than == dt.date(2026, 10, 4)
    second = own.openings_of(case.pk, first.older_than, size=3)
    assert [row.day.day for row in second.rows] == [3, 3, 2, 2]
    last = own.openings_of(case.pk, second.older_than, size=3)
    assert [row.day.day for row in last.rows] == [1, 1]
    assert last.older_than is None


def test_a_day_is_a_day_in_chiba(house: House, case: Consultation, time_machine: Any) -> None:
    time_machine.move_to(dt.datetime(2026, 10, 1, 16, 0, tzinfo=dt.UTC))  # 1:00 on the 2nd
    readlog.record(duty(house.clerk), Verb.READ, "consultation", [case.pk])
    assert own.openings_of(case.pk).rows[0].day == dt.date(2026, 10, 2)


def test_it_uses_the_index_of_matters(house: House, case: Consultation) -> None:
    readlog.record(duty(house.clerk), Verb.READ, "consultation", [case.pk])
    columns = [field.column for field in ReadLogEntry._meta.concrete_fields if field.column != "matter_ids"]
    named = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO access_readlogentry (matter_ids, {named})"
            f" SELECT ARRAY[1000000 + n], {named} FROM access_readlogentry, generate_series(1, %s) n"
            " WHERE %s = ANY (matter_ids)",
            [OTHER_READINGS, case.pk],
        )
        with CaptureQueriesContext(connection) as asked:
            own.openings_of(case.pk)
        cursor.execute(f"EXPLAIN {asked[0]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "read_log_of_matter" in plan, plan
    assert "Seq Scan" not in plan, plan
