"""相談を分ける: strands with their own number and section; safe-contact rules go along, words between people stay."""

import pytest
from django.test import Client
from django.urls import reverse

from chiba_ward.correspondence.models import Notice
from consultations.enums import Flag, LinkKind
from consultations.models import Consultation
from consultations.services import conversation, splitting
from consultations.services.filing import Person
from tests.consultations.staff_support import House, by, make_house, seen, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return make_house()


def test_the_strand_inherits_people_and_safety_and_has_its_own_clock(house: House) -> None:
    case = taken(
        house,
        consulter=Person(name="甲", phone="043-000-1111"),
        contact={"no_home_contact": True, "forbidden": "夫"},
    )
    Consultation.objects.filter(pk=case.pk).update(flags=[Flag.DV])
    conversation.reply(case.pk, by=by(house.clerk), body="元のやり取り")
    strand = splitting.split(
        case.pk, by=by(house.clerk), chief_concern="介護", body="要る所", office=house.section
    )
    card = strand.matter.contact
    assert (card.no_home_contact, card.forbidden) == (True, "夫")
    assert strand.flags == [Flag.DV]
    assert [party.name for party in strand.parties.all()] == ["甲"]
    assert not strand.messages.exists()
    assert strand.receipt_no != case.receipt_no
    assert {d.kind for d in strand.matter.deadlines.running()} == {"consultation.take", "consultation.reply"}
    assert strand.links_earlier.get().kind == LinkKind.SPLIT
    assert not Notice.objects.filter(matter=strand.matter).exists()
    assert not Consultation.objects.visible_to(by(house.clerk)).filter(pk=strand.pk).exists()


def test_the_page_keeps_what_was_typed_when_somebody_was_faster(house: House, sign_in) -> None:
    case = taken(house)
    client: Client = sign_in(house.clerk.person)
    before, url = seen(case), reverse("staff:split", args=[case.receipt_no])
    data = {"chief_concern": "介護のこと", "body": "写した文", "office": house.section.pk, "seen": before}
    conversation.reply(case.pk, by=by(house.colleague), body="x")
    answer = client.post(url, data)
    assert answer.status_code == 409
    assert "写した文" in answer.content.decode()
    assert client.post(url, {**data, "seen": seen(case)}).status_code == 302
    strands = Consultation.objects.filter(desk_office=house.section)
    assert [strand.chief_concern for strand in strands] == ["介護のこと"]


def test_empty_fields_say_what_to_do(house: House, sign_in) -> None:
    case = taken(house)
    answer = sign_in(house.clerk.person).post(
        reverse("staff:split", args=[case.receipt_no]), {"seen": seen(case)}
    )
    assert answer.status_code == 422
    assert "入力してください" in answer.content.decode()
