"""緊急の開示: one sealed matter, one hour, told at once, looked at afterwards (ASSURANCE AC9, ADR 0022)."""

import datetime as dt
import random
import threading
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chiba_ward.access.actor import actor_of
from chiba_ward.access.enums import Verb
from chiba_ward.access.models import ReadLogEntry
from chiba_ward.casework import my_work, receipt_numbers
from chiba_ward.casework.models import Matter, TimelineEntry
from chiba_ward.compartments import services as compartments
from chiba_ward.compartments.models import BreakGlass
from chiba_ward.compartments.services import NotPossible
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Posting
from chiba_ward.disclosure.emergency import services as emergency
from chiba_ward.outbox import services as outbox
from chiba_ward.outbox.models import OutboxEntry
from consultations.models import Consultation
from consultations.services import conversation
from consultations.services.filing import Person
from tests.api.support import caller
from tests.compartments import walls
from tests.consultations.citizen_support import words
from tests.consultations.staff_support import House, by, make_house
from tests.factories import make_office, make_posting

pytestmark = pytest.mark.django_db
REASON = "警察から本人の安否の照会があり、担当者と連絡が付かないため"
CANARY = "カナリアの妻の相談"
NAME = "金糸 雀子"
UNKNOWN = receipt_numbers.new("S", random.Random(7))
ASK = "break_glass:ask"


@pytest.fixture
def house() -> House:
    return make_house()


@pytest.fixture
def auditor(house: House) -> Posting:
    return make_posting(Role.AUDITOR, office=make_office("監査委員事務局"))


@pytest.fixture
def sealed(house: House) -> Consultation:
    """A case of the desk; its clerk has a seat, the colleague beside has none."""
    case = house.case(CANARY, consulter=Person(name=NAME, phone="0430007788", address="見本町1-2-3"))
    walls.enclose(case.matter, house.clerk)
    return case


def press(client: Client, number: str, **more: str) -> Any:
    return client.post(reverse(ASK), {"number": number, "reason": REASON, **more})


def page_of(case: Consultation) -> str:
    return reverse("staff:case", args=[case.receipt_no])


def test_a_number_and_a_reason_open_one_matter_for_an_hour(
    house: House, sealed: Consultation, sign_in: Any
) -> None:
    client = sign_in(house.colleague.person)
    assert client.get(page_of(sealed)).status_code == 404
    with time_machine.travel(timezone.now(), tick=False) as clock:
        answer = press(client, sealed.receipt_no, sure="1")
        assert (answer.status_code, answer["Location"]) == (302, page_of(sealed))
        shown = words(client.get(page_of(sealed)))
        assert CANARY in shown
        assert NAME in shown
        assert "緊急の開示で開いています" in shown
        assert "読むことだけができます" in shown
        for minutes in (14, 15, 15, 15):  # a session that is used stays open
            clock.shift(dt.timedelta(minutes=minutes))
            assert CANARY in words(client.get(page_of(sealed)))
        clock.shift(dt.timedelta(minutes=2))
        assert client.get(page_of(sealed)).status_code == 404
        assert CANARY not in words(client.get(reverse("staff:queue")))


def test_the_other_matters_of_the_compartment_stay_shut(
    house: House, sealed: Consultation, sign_in: Any
) -> None:
    other = house.case("もうひとつの封じた相談")
    with compartments.everywhere("a test"):
        room = Matter.objects.select_related("compartment").get(pk=sealed.pk).compartment
    compartments.enclose(other.matter, room, by=by(house.clerk))
    client = sign_in(house.colleague.person)
    press(client, sealed.receipt_no, sure="1")
    assert client.get(page_of(sealed)).status_code == 200
    assert client.get(page_of(other)).status_code == 404
    listed = words(client.get(reverse("staff:queue")))
    assert sealed.receipt_no in listed, "by its number: the subject of a sealed case is on no list"
    assert CANARY not in listed
    assert other.receipt_no not in listed
    assert "もうひとつの封じた相談" not in listed


def test_a_colleague_of_whoever_asked_sees_nothing(house: House, sealed: Consultation, sign_in: Any) -> None:
    press(sign_in(house.colleague.person), sealed.receipt_no, sure="1")
    assert sign_in(house.worker.person).get(page_of(sealed)).status_code == 404
    assert sign_in(house.head.person).get(page_of(sealed)).status_code == 404


def test_it_reads_and_does_nothing_else(house: House, sealed: Consultation, sign_in: Any) -> None:
    client = sign_in(house.worker.person)
    press(client, sealed.receipt_no, sure="1")
    page = words(client.get(page_of(sealed)))
    assert CANARY in page
    assert "回答を書く" not in page
    assert client.get(reverse("staff:case_print", args=[sealed.receipt_no])).status_code == 404
    assert client.post(reverse("staff:act", args=[sealed.receipt_no, "note"]), {}).status_code in (404, 409)
    with compartments.opened(by(house.worker)), pytest.raises(Consultation.DoesNotExist):
        conversation.reply(sealed.pk, by=by(house.worker), body="返事")


def counted(case: Consultation) -> list[int]:
    return [
        walls.counted("casework_matter", f"id = {case.pk}"),
        walls.counted("consultations_party", f"consultation_id = {case.pk}"),
        walls.counted("casework_timelineentry", f"matter_id = {case.pk}"),
    ]


def test_by_sql_before_during_and_after(house: House, sealed: Consultation) -> None:
    actor = by(house.colleague)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        with compartments.opened(actor):
            assert counted(sealed) == [0, 0, 0]
        emergency.ask(by=actor, number=sealed.receipt_no, reason=REASON)
        assert counted(sealed) == [0, 0, 0]
        with compartments.opened(actor):
            assert all(counted(sealed))
            assert walls.counted("casework_matter", "compartment_id IS NOT NULL") == 1
        assert (walls.setting("portal.glass"), counted(sealed)) == ("", [0, 0, 0])
        clock.shift(dt.timedelta(minutes=61))
        with compartments.opened(actor):
            assert counted(sealed) == [0, 0, 0]


def test_nested_it_closes_what_it_opened_and_no_more(house: House, sealed: Consultation) -> None:
    actor = by(house.colleague)
    emergency.ask(by=actor, number=sealed.receipt_no, reason=REASON)
    with compartments.opened(actor):
        with compartments.opened(actor):
            assert all(counted(sealed))
        assert all(counted(sealed))
        with compartments.everywhere("a test"):
            assert all(counted(sealed))
        assert all(counted(sealed))
    assert counted(sealed) == [0, 0, 0]


class TestNoOracle:
    """Up to the act a sealed number, an unknown one and one of another section are answered alike, word for word."""

    def test_until_somebody_has_signed(self, house: House, sealed: Consultation, sign_in: Any) -> None:
        client = sign_in(house.worker.person)
        foreign = house.case("よその課の相談")
        numbers = (sealed.receipt_no, UNKNOWN, foreign.receipt_no)
        answers = [press(client, number) for number in numbers]
        texts = {words(answer).replace(number, "") for answer, number in zip(answers, numbers, strict=True)}
        assert [answer.status_code for answer in answers] == [200, 200, 200]
        assert len(texts) == 1
        assert not BreakGlass.objects.exists()

    def test_whoever_tries_has_left_name_and_reason(
        self, house: House, sealed: Consultation, auditor: Posting, sign_in: Any
    ) -> None:
        client = sign_in(house.worker.person)
        foreign = house.case("よその課の相談")
        for number in (UNKNOWN, foreign.receipt_no):
            answer = press(client, number, sure="1")
            assert answer.status_code == 422
            assert "見つかりません" in words(answer)
            assert REASON in answer.content.decode()
            asked = BreakGlass.objects.get(number=number)
            assert (asked.matter_pk, asked.posting, asked.reason) == (None, house.worker, REASON)
            assert OutboxEntry.objects.filter(key__startswith=f"alert:glass:{asked.pk}:").count() == 2
        assert client.get(reverse("staff:case", args=[foreign.receipt_no])).status_code == 404

    def test_what_opens_anyway_needs_no_emergency(self, house: House, sign_in: Any) -> None:
        case = house.case()
        answer = press(sign_in(house.colleague.person), case.receipt_no)
        assert (answer.status_code, answer["Location"]) == (302, page_of(case))
        assert not BreakGlass.objects.exists()


def test_a_short_reason_and_a_slip_stand_beside_their_fields(house: House, sign_in: Any) -> None:
    answer = sign_in(house.colleague.person).post(
        reverse(ASK), {"number": "S-7K4M-9250", "reason": "急ぎ", "sure": "1"}
    )
    assert answer.status_code == 422
    text = words(answer)
    assert "20文字以上" in text
    assert "S-7K4M-9250" in answer.content.decode()
    assert not BreakGlass.objects.exists()
    with pytest.raises(NotPossible, match="20文字"):
        emergency.ask(by=by(house.colleague), number=UNKNOWN, reason="　急ぎ　" + " " * 30)


def test_writing_it_again_keeps_what_was_typed(house: House, sign_in: Any) -> None:
    answer = press(sign_in(house.colleague.person), UNKNOWN, edit="1")
    assert REASON in answer.content.decode()
    assert not BreakGlass.objects.exists()


@pytest.mark.parametrize(
    "role",
    [Role.AUDITOR, Role.COORDINATOR, Role.SYSTEM_ADMIN, Role.RECEPTION, Role.AREA_OFFICER, Role.PARTNER],
)
def test_who_may_not_ask(role: Role, house: House, sealed: Consultation, sign_in: Any) -> None:
    posting = make_posting(role, office=house.desk)
    client = sign_in(posting.person)
    assert client.get(reverse(ASK)).status_code == 404
    assert press(client, sealed.receipt_no, sure="1").status_code == 404
    with pytest.raises(NotPossible):
        emergency.ask(by=by(posting), number=sealed.receipt_no, reason=REASON)
    assert not BreakGlass.objects.exists()


def test_no_token_opens_it(house: House, sealed: Consultation) -> None:
    emergency.ask(by=by(house.colleague), number=sealed.receipt_no, reason=REASON)
    system = caller(house.colleague)
    assert system.get(f"/consultations/{sealed.receipt_no}/").status_code == 404
    assert sealed.receipt_no not in system.get("/consultations/", show="all").content.decode()


def test_it_is_told_at_once_and_the_mail_says_nothing(
    house: House, sealed: Consultation, auditor: Posting, mailoutbox: list[Any]
) -> None:
    emergency.ask(by=by(house.colleague), number=sealed.receipt_no, reason=REASON)
    outbox.run_pending_now()
    mails = [mail for mail in mailoutbox if "至急" in mail.subject]
    assert sorted(mail.to[0] for mail in mails) == sorted([house.head.person.email, auditor.person.email])
    for mail in mails:
        for secret in (sealed.receipt_no, CANARY, REASON, house.colleague.person.name):
            assert secret not in mail.subject + mail.body


def test_it_stands_in_the_log_and_in_the_timeline(house: House, sealed: Consultation, sign_in: Any) -> None:
    client = sign_in(house.colleague.person)
    press(client, sealed.receipt_no, sure="1")
    client.get(page_of(sealed))
    asked = BreakGlass.objects.get()
    broke = ReadLogEntry.objects.get(verb=Verb.GLASS_BROKEN)
    assert (broke.kind, broke.ids, broke.matter_ids) == ("break_glass", [asked.pk], [sealed.pk])
    read = ReadLogEntry.objects.filter(verb=Verb.READ, matter_ids=[sealed.pk]).order_by("-pk")[0]
    assert (read.is_outside_duty, read.reason) == (True, f"緊急の開示（{asked.pk}番）")
    assert not TimelineEntry.objects.filter(kind="matter.glass_broken").exists()
    with compartments.opened(by(house.clerk)):
        line = TimelineEntry.objects.get(kind="matter.glass_broken")
        assert (line.matter_id, line.posting) == (sealed.pk, house.colleague)


class TestTheReview:
    @pytest.fixture
    def asked(self, house: House, sealed: Consultation, auditor: Posting) -> BreakGlass:
        return emergency.ask(by=by(house.colleague), number=sealed.receipt_no, reason=REASON)

    def waiting(self, posting: Posting) -> list[str]:
        groups = {group.key: group for group in my_work.groups_for(by(posting))}
        group = groups.get("disclosure.break_glass")
        return [item.label for item in group.items] if group else []

    def test_it_waits_with_supervisor_and_auditor_until_one_has_looked(
        self, asked: BreakGlass, house: House, auditor: Posting, sign_in: Any
    ) -> None:
        with time_machine.travel(timezone.now() + dt.timedelta(days=3), tick=False):
            assert self.waiting(house.head) == self.waiting(auditor) == [asked.number]
            assert self.waiting(house.worker) == []
            client = sign_in(auditor.person)
            page = words(client.get(reverse("break_glass:index")))
            assert REASON in page
            assert CANARY not in page
            client.post(
                reverse("break_glass:reviewed", args=[asked.pk]),
                {f"r{asked.pk}-verdict": "justified", f"r{asked.pk}-note": "照会の記録を見た"},
            )
            assert self.waiting(house.head) == self.waiting(auditor) == []
            assert "照会の記録を見た" in words(client.get(reverse("break_glass:index"), {"tab": "reviewed"}))

    def test_unjustified_says_why(self, asked: BreakGlass, house: House, sign_in: Any) -> None:
        client = sign_in(house.head.person)
        answer = client.post(
            reverse("break_glass:reviewed", args=[asked.pk]), {f"r{asked.pk}-verdict": "unjustified"}
        )
        assert answer.status_code == 422
        assert "何がいけなかったか" in words(answer)
        with pytest.raises(NotPossible):
            emergency.review(asked.pk, by=by(house.head), verdict="unjustified")
        emergency.review(asked.pk, by=by(house.head), verdict="unjustified", note="電話で足りた")
        asked.refresh_from_db()
        assert (asked.verdict, asked.reviewed_by) == ("unjustified", house.head)

    def test_once(self, asked: BreakGlass, house: House, auditor: Posting) -> None:
        emergency.review(asked.pk, by=by(house.head), verdict="justified")
        with pytest.raises(NotPossible, match="すでに"):
            emergency.review(asked.pk, by=by(auditor), verdict="unjustified", note="違う")
        with pytest.raises(DatabaseError, match="given once"), transaction.atomic():
            BreakGlass.objects.filter(pk=asked.pk).update(verdict="unjustified")

    def test_nobody_looks_at_their_own(self, house: House, sealed: Consultation, auditor: Posting) -> None:
        own = emergency.ask(by=by(house.head), number=sealed.receipt_no, reason=REASON)
        assert self.waiting(house.head) == []
        assert self.waiting(auditor) == [own.number]
        with pytest.raises(BreakGlass.DoesNotExist):
            emergency.review(own.pk, by=by(house.head), verdict="justified")
        with pytest.raises(DatabaseError, match="glass_not_reviewed_by_oneself"), transaction.atomic():
            BreakGlass.objects.filter(pk=own.pk).update(
                reviewed_at=timezone.now(), reviewed_by=house.head, verdict="justified"
            )

    def test_what_was_asked_stays(self, asked: BreakGlass) -> None:
        for change in ({"number": UNKNOWN}, {"ends_at": timezone.now() + dt.timedelta(days=1)}):
            with pytest.raises(DatabaseError), transaction.atomic():
                BreakGlass.objects.filter(pk=asked.pk).update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            asked.delete()

    def test_an_hour_is_the_longest(self, house: House) -> None:
        now = timezone.now()
        with pytest.raises(DatabaseError, match="glass_ends_within_the_hour"), transaction.atomic():
            BreakGlass.objects.create(
                posting=house.worker,
                number=UNKNOWN,
                reason=REASON,
                asked_at=now,
                ends_at=now + dt.timedelta(minutes=61),
                supervising_office=house.desk,
            )


def test_the_posting_that_ends_takes_it_along(house: House, sealed: Consultation, sign_in: Any) -> None:
    client = sign_in(house.colleague.person)
    press(client, sealed.receipt_no, sure="1")
    Posting.objects.filter(pk=house.colleague.pk).update(ends_on=timezone.localdate())
    assert client.get(page_of(sealed)).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once_it_is_one_request(house: House, sealed: Consultation) -> None:
    found: list[int] = []

    def press_it() -> None:
        try:
            actor = actor_of(house.colleague.person, house.colleague)
            found.append(emergency.ask(by=actor, number=sealed.receipt_no, reason=REASON).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(found) == 4
    assert len(set(found)) == BreakGlass.objects.count() == 1
    assert OutboxEntry.objects.filter(kind="correspondence.alert").count() == 1


def test_the_database_alone_keeps_a_second_request_out(house: House) -> None:
    now = timezone.now()
    row: dict[str, Any] = {
        "posting": house.worker,
        "number": UNKNOWN,
        "reason": REASON,
        "asked_at": now,
        "ends_at": now + dt.timedelta(minutes=60),
        "supervising_office": house.desk,
    }
    BreakGlass.objects.create(**row)
    with pytest.raises(DatabaseError, match="glass_of_posting_once"), transaction.atomic():
        BreakGlass.objects.create(**row)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM compartments_breakglass")
        assert REASON.encode() not in bytes(cursor.fetchone()[0])
