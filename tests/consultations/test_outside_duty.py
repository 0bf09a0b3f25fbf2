"""C21: 職員が自分の担当外の相談を開こうとすると理由入力が要り、閲覧記録が所属長に見える。"""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.models import ReadLogEntry
from chiba_ward.casework import attachments, outside_duty
from chiba_ward.casework.models import OutsideDutyReason
from chiba_ward.directory.enums import PostingKind, Role
from chiba_ward.directory.models import Office, Posting
from consultations.models import Consultation
from consultations.policy_duty import is_own_duty
from consultations.services import closing, triage
from tests.casework.support import picture
from tests.consultations.staff_support import House, by, fresh, make_house, taken
from tests.factories import make_office, make_posting, make_ward

pytestmark = pytest.mark.django_db
WHY = {"choice": "asked", "text": "家族から次の訪問日の問い合わせがあったため"}


@pytest.fixture
def house() -> House:
    return make_house()


@pytest.fixture
def colleague(house: House, sign_in: Any) -> Client:
    """At the desk that keeps the case, but not its 担当者."""
    client: Client = sign_in(house.colleague.person)
    return client


def ended_long_ago(house: House, **fields: Any) -> Consultation:
    """Of the desk, in the hands of `house.clerk`, closed more than a month ago."""
    case = taken(house, **fields)
    closing.close(case.pk, by=by(house.clerk), outcome="advised", note="")
    Consultation.objects.filter(pk=case.pk).update(closed_at=timezone.now() - dt.timedelta(days=31))
    return fresh(case)


def page_of(case: Consultation) -> str:
    return reverse("staff:case", args=[case.receipt_no])


def ask_of(case: Consultation) -> str:
    return reverse("outside_duty:reason", args=[case.receipt_no])


def give(client: Client, case: Consultation, **changes: Any) -> Any:
    return client.post(ask_of(case), {**WHY, "next": page_of(case), **changes})


# --- whose duty it is


def test_the_desk_looks_after_what_is_open_and_what_may_still_come_back(house: House) -> None:
    case = taken(house)
    for posting in (house.clerk, house.colleague, house.head):
        assert is_own_duty(by(posting), case)
    closing.close(case.pk, by=by(house.clerk), outcome="advised", note="")
    assert is_own_duty(by(house.colleague), fresh(case)), "the resident may reopen it"


def test_an_old_case_is_the_business_of_whoever_had_it_and_of_the_head(house: House) -> None:
    case = ended_long_ago(house)
    assert is_own_duty(by(house.clerk), case)
    assert is_own_duty(by(house.head), case)
    assert not is_own_duty(by(house.colleague), case)


def test_the_seat_counts_and_a_deputy_sits_in_it(house: House) -> None:
    case = ended_long_ago(house)
    seat = house.clerk.post
    deputy = make_posting(post=seat, kind=PostingKind.ACTING)
    assert is_own_duty(by(deputy), case)
    successor = make_posting(post=seat)
    assert not is_own_duty(by(successor), case), "the holder still sits there"
    Posting.objects.filter(pk=house.clerk.pk).update(ends_on=timezone.localdate())
    assert is_own_duty(by(successor), fresh(case))


def test_before_it_is_sorted_reception_and_whoever_typed_it_look_after_it(house: House) -> None:
    case = house.case()
    assert is_own_duty(by(house.reception), case)
    Consultation.objects.filter(pk=case.pk).update(entered_by=house.reception)
    triage.take(case.pk, by=by(house.clerk))
    assert is_own_duty(by(house.reception), fresh(case))
    closing.close(case.pk, by=by(house.clerk), outcome="advised", note="")
    Consultation.objects.filter(pk=case.pk).update(closed_at=timezone.now() - dt.timedelta(days=31))
    assert not is_own_duty(by(house.reception), fresh(case))


def test_a_case_without_a_ward_that_another_desk_keeps(house: House) -> None:
    """Every triage desk of the city sees it; once it is sorted it is the business of the desk that took it."""
    case = taken(house, ward=None)
    far = make_house("inage")
    assert Consultation.objects.visible_to(by(far.clerk)).filter(pk=case.pk).exists()
    assert not is_own_duty(by(far.clerk), case)


def test_a_section_may_let_in_the_holder_alone(house: House) -> None:
    Office.objects.update(is_need_to_know=True)
    untaken, held = house.case(), taken(house)
    colleague, holder, head = (
        by(Posting.objects.with_duty().get(pk=posting.pk))
        for posting in (house.colleague, house.clerk, house.head)
    )
    assert is_own_duty(colleague, untaken)
    assert not is_own_duty(colleague, held)
    assert is_own_duty(holder, held)
    assert is_own_duty(head, held)


def test_residents_are_not_asked(house: House) -> None:
    case = ended_long_ago(house)
    assert is_own_duty(Actor(matter_id=case.pk), case)


# --- the page that asks


def test_outside_ones_duty_a_reason_comes_first(house: House, colleague: Client) -> None:
    case = ended_long_ago(house, concern="金糸雀 だれにも言えないこと")
    response = colleague.get(page_of(case))
    assert response.status_code == 302
    assert response["Location"].startswith(ask_of(case))
    asked = colleague.get(response["Location"])
    html = asked.content.decode()
    assert asked.status_code == 200
    assert case.receipt_no in html
    assert "金糸雀" not in html, "nothing of the case before the reason"
    assert "総務課" in html, "who will look at it"
    row = ReadLogEntry.objects.order_by("seq").last()
    assert row is not None
    assert (row.verb, row.matter_ids, row.is_outside_duty) == ("reason_asked", [case.pk], False)


def test_the_reason_opens_it_and_stands_in_the_log(house: House, colleague: Client) -> None:
    case = ended_long_ago(house, concern="金糸雀 だれにも言えないこと")
    given = give(colleague, case)
    assert given["Location"] == page_of(case)
    assert "金糸雀" in colleague.get(page_of(case)).content.decode()
    assert colleague.get(reverse("staff:case_print", args=[case.receipt_no])).status_code == 200
    rows = ReadLogEntry.objects.filter(is_outside_duty=True).order_by("seq")
    assert [row.verb for row in rows] == ["read", "print"]
    assert all(WHY["text"] in row.reason and "問い合わせに答える" in row.reason for row in rows)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"choice": ""}, "開く理由"),
        ({"choice": "nowhere"}, "開く理由"),
        ({"text": ""}, "くわしい理由"),
        ({"text": "確認のため"}, "10文字以上"),
        ({"text": " 　 あ 　 　 　  "}, "10文字以上"),
    ],
)
def test_a_reason_must_say_something(
    house: House, colleague: Client, changes: dict[str, str], words: str
) -> None:
    case = ended_long_ago(house)
    response = give(colleague, case, **changes)
    assert response.status_code == 422
    html = response.content.decode()
    assert words in html
    if "choice" in changes:
        assert WHY["text"] in html, "what was typed stays"
    assert not OutsideDutyReason.objects.exists()
    assert colleague.get(page_of(case)).status_code == 302


def test_it_holds_for_an_hour_for_this_case_and_this_posting(
    house: House, colleague: Client, time_machine: Any, sign_in: Any
) -> None:
    start = dt.datetime(2026, 11, 25, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=9)))
    time_machine.move_to(start)
    case, other = ended_long_ago(house), ended_long_ago(house)
    colleague = sign_in(house.colleague.person)
    give(colleague, case)
    for minutes in (14, 28, 42, 56):
        time_machine.move_to(start + dt.timedelta(minutes=minutes))
        assert colleague.get(page_of(case)).status_code == 200, minutes
    assert colleague.get(page_of(other)).status_code == 302
    stranger = make_posting(Role.SECTION, office=house.desk)
    assert sign_in(stranger.person).get(page_of(case)).status_code == 302
    time_machine.move_to(start + dt.timedelta(minutes=61))
    assert colleague.get(page_of(case))["Location"].startswith(ask_of(case))


def test_what_was_typed_in_that_hour_is_not_lost_after_it(
    house: House, colleague: Client, time_machine: Any, sign_in: Any
) -> None:
    case = ended_long_ago(house)
    give(colleague, case)
    time_machine.move_to(timezone.now() + dt.timedelta(minutes=70))
    client = sign_in(house.colleague.person)
    note = {"note-text": "書いているうちに1時間が過ぎた", "seen": "0"}
    response = client.post(reverse("staff:act", args=[case.receipt_no, "note"]), note)
    assert response.status_code in (302, 409)
    assert "reason" not in response.headers.get("Location", "")


@pytest.mark.parametrize("name", ["staff:case_print", "staff:reply", "staff:split"])
def test_no_other_page_of_the_case_is_a_way_around(house: House, colleague: Client, name: str) -> None:
    case = ended_long_ago(house)
    assert colleague.get(reverse(name, args=[case.receipt_no]))["Location"].startswith(ask_of(case))


def test_files_and_referral_pages_ask_too(
    house: House, colleague: Client, tmp_path: Any, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    case = ended_long_ago(house)
    file = attachments.attach(case.matter, picture(), by(house.clerk))
    for url in (
        reverse("casework:attachment", args=[file.pk]),
        reverse("staff:referral_new", args=[case.receipt_no]),
    ):
        assert colleague.get(url)["Location"].startswith(ask_of(case)), url
    give(colleague, case)
    response = colleague.get(reverse("casework:attachment", args=[file.pk]))
    assert b"".join(response)  # type: ignore[arg-type]
    row = ReadLogEntry.objects.order_by("seq").last()
    assert row is not None
    assert (row.kind, row.matter_ids, row.is_outside_duty) == ("attachment", [case.pk], True)


def test_who_may_not_see_it_is_not_asked(house: House, sign_in: Any, resident_client: Client) -> None:
    case = ended_long_ago(house)
    stranger = sign_in(make_posting(Role.SECTION, office=make_office(ward=make_ward("inage"))).person)
    assert stranger.get(ask_of(case)).status_code == 404
    assert give(stranger, case).status_code == 404
    assert resident_client.get(ask_of(case)).status_code == 404
    assert stranger.get(reverse("outside_duty:reason", args=["S-0000-0000"])).status_code == 404
    assert not OutsideDutyReason.objects.exists()


def test_whose_duty_it_is_goes_straight_on(house: House, sign_in: Any) -> None:
    case = taken(house)
    client = sign_in(house.clerk.person)
    assert client.get(ask_of(case))["Location"] == page_of(case)


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/x", "javascript:alert(1)", ""]
)
def test_it_leads_nowhere_else(house: House, colleague: Client, elsewhere: str) -> None:
    case = ended_long_ago(house)
    assert give(colleague, case, next=elsewhere)["Location"] == page_of(case)


def test_in_ones_own_duty_it_costs_no_question(house: House, sign_in: Any) -> None:
    case = taken(house)
    client = sign_in(house.clerk.person)
    client.get(page_of(case))
    with CaptureQueriesContext(connection) as asked:
        client.get(page_of(case))
    assert not [query for query in asked if "outsideduty" in query["sql"]]


# --- the head


def test_the_head_sees_it_in_the_days_work_and_marks_it(
    house: House, colleague: Client, sign_in: Any
) -> None:
    case = ended_long_ago(house)
    give(colleague, case)
    head = sign_in(house.head.person)
    first = head.get(reverse("admin:index")).content.decode()
    assert "担当外の閲覧（所属長の確認）" in first
    listed = head.get(reverse("outside_duty:index")).content.decode()
    for words in (case.receipt_no, house.colleague.person.name, WHY["text"]):
        assert words in listed
    reason = OutsideDutyReason.objects.get()
    url = reverse("outside_duty:looked", args=[reason.pk])
    assert head.post(url, {f"r{reason.pk}-note": "必要な取り次ぎだった"}).status_code == 302
    reason.refresh_from_db()
    assert (reason.looked_by, reason.note) == (house.head, "必要な取り次ぎだった")
    first_look = reason.looked_at
    head.post(url, {f"r{reason.pk}-note": "もう一度"})
    reason.refresh_from_db()
    assert (reason.looked_at, reason.note) == (first_look, "必要な取り次ぎだった")
    assert case.receipt_no not in head.get(reverse("outside_duty:index")).content.decode()
    assert (
        "必要な取り次ぎだった" in head.get(reverse("outside_duty:index"), {"tab": "looked"}).content.decode()
    )


def test_nobody_but_the_head_of_that_office_sees_or_marks_it(
    house: House, colleague: Client, sign_in: Any
) -> None:
    case = ended_long_ago(house)
    give(colleague, case)
    pk = OutsideDutyReason.objects.get().pk
    other_head = make_posting(Role.SECTION, office=house.section, is_head=True)
    for posting, status in ((house.clerk, 404), (house.colleague, 404), (other_head, 200)):
        client = sign_in(posting.person)
        page = client.get(reverse("outside_duty:index"))
        assert page.status_code == status
        assert case.receipt_no not in page.content.decode()
        assert client.post(reverse("outside_duty:looked", args=[pk])).status_code == 404


def test_a_heads_own_opening_is_looked_at_above(house: House) -> None:
    above = Office.objects.get(pk=house.desk.escalates_to_id)
    superior = make_posting(Role.SECTION, office=above, is_head=True)
    case = ended_long_ago(house)
    reason = outside_duty.give_reason(by(house.head), case.matter, **WHY)
    assert reason.supervising_office == above
    assert not OutsideDutyReason.objects.visible_to(by(house.head)).exists()
    assert OutsideDutyReason.objects.visible_to(by(superior)).get() == reason


# --- the database is the backstop


def test_a_reason_is_neither_changed_nor_deleted_and_not_looked_at_by_oneself(house: House) -> None:
    reason = outside_duty.give_reason(by(house.colleague), ended_long_ago(house).matter, **WHY)
    rows = OutsideDutyReason.objects.filter(pk=reason.pk)
    for change in (
        lambda: rows.update(text="あとから書きかえた理由です"),
        rows.delete,
        lambda: rows.update(looked_at=timezone.now(), looked_by=F("posting")),
        lambda: rows.update(looked_at=timezone.now()),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(IntegrityError, match="outside_duty_reason_is_told"), transaction.atomic():
        outside_duty.give_reason(by(house.colleague), reason.matter, choice="other", text="短い")


def test_the_family_name_is_marked_for_the_auditor(house: House, sign_in: Any) -> None:
    from consultations.services.filing import Person

    posting = make_posting(Role.SECTION, office=house.desk)
    posting.person.name, posting.person.kana = "花見川 次郎", "ハナミガワ ジロウ"
    posting.person.save()
    client = sign_in(posting.person)
    for name, kana, is_same in (
        ("花見川 一郎", "", True),
        ("鼻見川　一郎", "ハナミガワ　イチロウ", True),
        ("見本 花見川", "ミホン ハナミガワ", False),
        ("花見川", "", False),
    ):
        case = house.case(consulter=Person(name=name, kana=kana))
        client.get(page_of(case))
        row = ReadLogEntry.objects.order_by("seq").last()
        assert row is not None
        assert row.is_same_surname is is_same, name
