"""An enclosed matter is absent from lists, searches, files, counts and mails of whoever has no seat; and there for its seats."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from chiba_ward.access.actor import SYSTEM, Actor, actor_of
from chiba_ward.casework import matters, my_work
from chiba_ward.casework.models import Matter, SearchTerms
from chiba_ward.compartments import seats
from chiba_ward.compartments import services as compartments
from chiba_ward.correspondence import notices
from chiba_ward.correspondence.models import Delivery
from chiba_ward.directory.enums import Role
from chiba_ward.outbox import services as outbox
from chiba_ward.progress import services as progress
from chiba_ward.progress.models import IndicatorValue
from consultations.models import CitizenMessage, Consultation
from consultations.services import conversation, triage
from consultations.services.filing import Person
from tests.api.support import caller
from tests.compartments import walls
from tests.consultations.citizen_support import words
from tests.consultations.staff_support import House, by, make_house
from tests.factories import make_posting, make_user

pytestmark = pytest.mark.django_db
CANARY = "カナリアの母の相談"
NAME = "金糸 雀子"


@pytest.fixture
def house() -> House:
    return make_house()


@pytest.fixture
def enclosed(house: House) -> Consultation:
    """A case of the desk that its clerk has taken; the clerk keeps a seat, the colleague beside has none."""
    case = house.case(CANARY, consulter=Person(name=NAME, phone="0430007788"))
    triage.take(case.pk, by=by(house.clerk))
    walls.enclose(case.matter, house.clerk)
    return case


def pages(client: Client, case: Consultation) -> str:
    """Every page of the staff side on which a case can stand, as one text."""
    asked = [
        *((name, {}) for name in ("staff:queue", "staff:queue_print", "staff:queue_csv")),
        *(("staff:queue", {"q": typed}) for typed in ("カナリア", "金糸", "7788")),
        *(("staff:queue_csv", {"q": typed}) for typed in ("カナリア", case.receipt_no)),
        ("staff:queue", {"whose": "mine"}),
        ("staff:referrals_placed", {}),
        ("admin:index", {}),
    ]
    text = ""
    for name, query in asked:
        response = client.get(reverse(name), query)
        assert response.status_code == 200, name
        content = b"".join(response) if response.streaming else response.content
        text += content.decode()
    return text


def test_whoever_has_no_seat_sees_nothing_anywhere(
    house: House, enclosed: Consultation, sign_in: Any
) -> None:
    control = house.case("ふつうの相談")
    text = pages(sign_in(house.colleague.person), enclosed)
    assert control.receipt_no in text
    for canary in (enclosed.receipt_no, CANARY, NAME):
        assert canary not in text
    asked = sign_in(house.colleague.person).get(reverse("staff:queue"), {"q": enclosed.receipt_no})
    assert CANARY not in words(asked)
    for name in ("staff:case", "staff:case_print", "staff:referral_new"):
        assert (
            sign_in(house.colleague.person).get(reverse(name, args=[enclosed.receipt_no])).status_code == 404
        )


def test_the_seat_finds_it_by_every_way(house: House, enclosed: Consultation, sign_in: Any) -> None:
    client = sign_in(house.clerk.person)
    for typed in ("カナリアの母", "金糸", "雀子", "0430007788", enclosed.receipt_no):
        assert enclosed.receipt_no in words(client.get(reverse("staff:queue"), {"q": typed})), typed
    assert enclosed.receipt_no not in words(client.get(reverse("staff:queue"), {"q": "べつの言葉"})).replace(
        "べつの言葉", ""
    )
    listed = b"".join(client.get(reverse("staff:queue_csv"), {"whose": "mine"})).decode()
    assert enclosed.receipt_no in listed
    assert CANARY in words(client.get(reverse("staff:case", args=[enclosed.receipt_no])))


def test_a_seat_elsewhere_reads_and_whoever_has_the_desk_works(
    house: House, enclosed: Consultation, sign_in: Any
) -> None:
    specialist = make_posting(Role.SPECIALIST, office=house.section)
    seats.admit(room_of(enclosed), specialist, by=SYSTEM, reason=walls.WHY)
    with compartments.opened(actor_of(specialist.person, specialist)):
        seen = Consultation.objects.visible_to(by(specialist))
        assert list(seen.values_list("pk", flat=True)) == [enclosed.pk]
        with pytest.raises(Consultation.DoesNotExist):
            conversation.reply(enclosed.pk, by=by(specialist), body="返事")
    with compartments.opened(by(house.clerk)):
        conversation.reply(enclosed.pk, by=by(house.clerk), body="返事")


def room_of(case: Consultation) -> Any:
    with compartments.everywhere("a test"):
        return Matter.objects.select_related("compartment").get(pk=case.pk).compartment


def test_counts_are_those_of_a_city_without_it(house: House, sign_in: Any) -> None:
    house.case()

    def counts() -> list[int]:
        actor = by(house.colleague)
        return [
            Consultation.objects.visible_to(actor).count(),
            *(group.count for group in my_work.groups_for(actor)),
            Matter.objects.count(),
            SearchTerms.objects.count(),
        ]

    before = counts()
    case = house.case(CANARY)
    assert counts() != before
    walls.enclose(case.matter)
    assert counts() == before


def test_no_token_opens_a_compartment(house: House, enclosed: Consultation) -> None:
    """Not even that of somebody with a seat: systems are told nothing of protected cases."""
    for posting in (house.colleague, house.clerk):
        system = caller(posting)
        answer = system.get("/consultations/", show="all")
        assert answer.status_code == 200
        assert enclosed.receipt_no not in answer.content.decode()
        assert system.get(f"/consultations/{enclosed.receipt_no}/").status_code == 404


def test_the_account_that_filed_it_no_longer_lists_it(house: House, sign_in: Any) -> None:
    """A household may share the account; number and passphrase open the page still."""
    resident = make_user("filer@example.test")
    case = house.case(CANARY)
    Consultation.objects.filter(pk=case.pk).update(user=resident)
    actor = actor_of(resident)
    assert list(Consultation.objects.visible_to(actor)) == [case]
    walls.enclose(case.matter)
    assert list(Consultation.objects.visible_to(actor)) == []
    assert CANARY not in words(sign_in(resident, second_factor=False).get(reverse("my_cases")))


class TestTheFiler:
    """Whoever filed it keeps the page of the case, by number and passphrase."""

    def unlocked(self, case: Consultation, phrase: str) -> Client:
        client = Client()
        answer = client.post(reverse("status:login"), {"number": case.receipt_no, "phrase": phrase})
        assert answer.status_code == 302
        return client

    def test_reads_and_writes_on_the_page_of_this_one_case(self, house: House) -> None:
        case, other = house.case(CANARY), house.case()
        phrase = matters.set_passphrase(case.matter)
        room = walls.enclose(case.matter, house.clerk)
        compartments.enclose(other.matter, room, by=SYSTEM)
        client = self.unlocked(case, phrase)
        assert case.receipt_no in words(client.get(reverse("status:case")))
        answer = client.post(reverse("status:message"), {"number": case.receipt_no, "body": "続きを送ります"})
        assert answer.status_code == 302
        assert "続きを送ります" in words(client.get(reverse("status:case")))
        assert client.get(reverse("status:readers")).status_code == 200
        assert not CitizenMessage.objects.exists()
        with compartments.opened((room.pk,), reason="a test"):
            assert CitizenMessage.objects.get().consultation_id == case.pk

    def test_a_key_proved_before_must_be_proved_again(self, house: House) -> None:
        case = house.case(CANARY)
        phrase = matters.set_passphrase(case.matter)
        client = self.unlocked(case, phrase)
        walls.enclose(case.matter)
        assert client.get(reverse("status:case")).status_code == 302
        assert case.receipt_no in words(self.unlocked(case, phrase).get(reverse("status:case")))

    def test_a_wrong_phrase_says_the_same_of_what_is_enclosed(self, house: House) -> None:
        case, other = house.case(CANARY), house.case()
        matters.set_passphrase(case.matter)
        walls.enclose(case.matter)
        form = {"phrase": "1111 2222 3333 4444"}
        answers = [
            Client().post(reverse("status:login"), {"number": number, **form})
            for number in (case.receipt_no, other.receipt_no)
        ]
        assert [answer.status_code for answer in answers] == [422, 422]
        assert words(answers[0]).replace(case.receipt_no, "") == words(answers[1]).replace(
            other.receipt_no, ""
        )

    def test_by_the_api_as_well(self, house: House) -> None:
        case = house.case(CANARY)
        phrase = matters.set_passphrase(case.matter)
        walls.enclose(case.matter)
        answer = caller(house.colleague).post("/status/", {"number": case.receipt_no, "phrase": phrase})
        assert answer.status_code == 200
        assert answer.json()["receipt_no"] == case.receipt_no


class TestMails:
    def test_an_office_hears_through_those_with_a_seat(self, house: House, mailoutbox: list[Any]) -> None:
        house.desk.notify_email = "desk@example.test"
        house.desk.save()
        case = house.case(CANARY)
        room = walls.enclose(case.matter, house.clerk)
        with compartments.opened((room.pk,), reason="a test"):
            matter = Matter.objects.get(pk=case.pk)
            notices.tell_office(matter, house.desk, "escalation.assigned")
            notices.tell_posting(matter, house.colleague, "escalation.assigned")
        outbox.run_pending_now()
        assert [mail.to for mail in mailoutbox] == [[house.clerk.person.email]]
        assert CANARY not in mailoutbox[0].body

    def test_one_that_waits_is_stopped_when_the_matter_moves_in(
        self, house: House, mailoutbox: list[Any]
    ) -> None:
        house.desk.notify_email = "desk@example.test"
        house.desk.save()
        case = house.case(CANARY)
        notices.tell_office(case.matter, house.desk, "escalation.assigned")
        room = walls.enclose(case.matter, house.clerk)
        outbox.run_pending_now()
        assert mailoutbox == []
        with compartments.opened((room.pk,), reason="a test"):
            assert "席のある職員だけ" in Delivery.objects.get(medium="email").reason


def test_indicators_count_it_and_show_it_nowhere(house: House) -> None:
    house.case()
    case = house.case(CANARY)
    walls.enclose(case.matter)
    progress.snapshot()
    value = IndicatorValue.objects.filter(indicator="consultations.open_now", ward=None).order_by("pk")[0]
    assert value.numerator == 2
    coordinator = Actor(posting=make_posting(Role.COORDINATOR))
    assert not Consultation.objects.visible_to(coordinator).exists()
