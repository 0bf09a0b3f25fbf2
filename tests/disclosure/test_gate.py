"""Every output asks the gate when it is made, whatever was true when its row was written (ASSURANCE finding 14, OU6)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from chiba_ward.casework.models import TimelineEntry
from chiba_ward.correspondence import calls, letters, notices, safe_contact
from chiba_ward.correspondence.enums import DeliveryState, Medium
from chiba_ward.correspondence.models import ContactCard, Delivery
from chiba_ward.directory.enums import Role
from chiba_ward.disclosure import gate
from chiba_ward.disclosure import services as disclosure
from chiba_ward.disclosure.marks import Known
from chiba_ward.disclosure.models import DisclosureHold
from chiba_ward.documents import services as documents
from chiba_ward.documents.models import Document
from chiba_ward.outbox import services as outbox
from consultations import excerpt, held, household
from consultations.enums import ExcerptItem
from consultations.models import Consultation
from consultations.services import entering, filing, persons, referrals, splitting, triage
from consultations.services.filing import Person
from tests.api.support import caller
from tests.canaries.outputs import text_of
from tests.consultations import referral_support
from tests.consultations.citizen_support import words
from tests.consultations.staff_support import House, by, fresh
from tests.disclosure.conftest import ADDRESS, CARD, NAME, PHONE, application, entered, her_case
from tests.factories import make_posting

pytestmark = pytest.mark.django_db
SECRETS = (ADDRESS, "金糸雀荘", PHONE, "090-1234-9876")


def leaks(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


class TestLettersCallsAndMails:
    def waiting(self, house: House, medium: Medium) -> Delivery:
        """Owed before anybody knew of a restriction."""
        case = her_case(house)
        ContactCard.objects.filter(pk=case.pk).update(preferred=medium)
        notices.tell_citizen(case.matter, "consultation.reply", office=house.desk)
        return Delivery.objects.filter(medium=medium).order_by("-pk")[0]

    def test_a_letter_that_waits_is_neither_made_nor_printed(self, house: House, sign_in: Any) -> None:
        delivery = self.waiting(house, Medium.LETTER)
        entered(house)
        delivery = Delivery.objects.with_matter().get(pk=delivery.pk)
        with pytest.raises(letters.NotReadyError, match="知らせない制限"):
            letters.build(delivery.document, lambda _: None)
        with pytest.raises(letters.NotReadyError, match="知らせない制限"):
            letters.require_printable(delivery)
        page = text_of(sign_in(house.clerk.person).get(reverse("correspondence:print_queue")))
        assert leaks(page) == []

    def test_one_that_was_made_before_no_longer_opens(self, house: House, sign_in: Any) -> None:
        delivery = self.waiting(house, Medium.LETTER)
        assert delivery.document is not None
        documents.make(delivery.document.pk)
        client = sign_in(house.clerk.person)
        address = reverse("documents:download", args=[delivery.document.pk])
        assert "金糸雀荘" in text_of(client.get(address)).replace("\n", "")
        entered(house)
        assert client.get(address).status_code == 404

    def test_the_call_list_shows_no_number(self, house: House, sign_in: Any) -> None:
        delivery = self.waiting(house, Medium.CALL)
        client = sign_in(house.clerk.person)
        assert "1234" in text_of(client.get(reverse("correspondence:calls")))
        entered(house)
        assert leaks(text_of(client.get(reverse("correspondence:calls")))) == []
        with pytest.raises(calls.CallNotPossibleError, match="知らせない制限"):
            calls.log_call(Delivery.objects.get(pk=delivery.pk), by(house.clerk), "reached")

    def test_a_mail_that_waits_is_stopped_and_one_by_hand_goes(
        self, house: House, mailoutbox: list[Any]
    ) -> None:
        case = her_case(house)
        card = ContactCard.objects.get(pk=case.pk)
        card.preferred, card.email, card.may_email = Medium.EMAIL, "hers@example.test", True
        card.save()
        notices.tell_citizen(case.matter, "consultation.reply", office=house.desk)
        entered(house)
        outbox.run_pending_now()
        assert not [mail for mail in mailoutbox if "hers@example.test" in mail.to]
        assert Delivery.objects.get(medium=Medium.EMAIL).state == DeliveryState.BLOCKED
        again = ContactCard.objects.get(pk=case.pk)
        assert safe_contact.permitted(again, Medium.EMAIL, by_hand=True)
        assert not safe_contact.permitted(again, Medium.LETTER, by_hand=True)

    def test_what_is_told_after_it_stays_in_the_portal(self, house: House, her_hold: DisclosureHold) -> None:
        case = fresh(her_case(house))
        told = notices.tell_citizen(case.matter, "consultation.reply", office=house.desk)
        states = set(told.deliveries.exclude(medium=Medium.PORTAL).values_list("state", flat=True))
        assert states == {DeliveryState.BLOCKED}

    def test_the_first_notice_of_a_filing_is_stopped_at_the_printer(
        self, house: House, her_hold: DisclosureHold
    ) -> None:
        """A filing asks no register, so that it costs no question more; the letter that it owes is asked about later."""
        her_case(house)
        delivery = Delivery.objects.with_matter().get(medium=Medium.LETTER)
        with pytest.raises(letters.NotReadyError, match="知らせない制限"):
            letters.require_printable(delivery)
        with pytest.raises(letters.NotReadyError, match="知らせない制限"):
            letters.build(delivery.document, lambda _: None)


class TestPagesAndFiles:
    def pages(self, client: Client, case: Consultation) -> str:
        asked: list[tuple[str, list[str], dict[str, str]]] = [
            ("staff:queue", [], {}),
            ("staff:queue", [], {"q": NAME}),
            ("staff:queue", [], {"q": case.receipt_no}),
            ("staff:queue_csv", [], {}),
            ("staff:queue_print", [], {}),
            ("staff:referrals_placed", [], {}),
            ("staff:referrals_placed_csv", [], {}),
            ("staff:case_print", [case.receipt_no], {}),
            ("correspondence:calls", [], {}),
            ("correspondence:print_queue", [], {}),
            ("correspondence:failures", [], {}),
            ("admin:index", [], {}),
        ]
        return "\n".join(text_of(client.get(reverse(name, args=args), query)) for name, args, query in asked)

    def test_lists_files_searches_and_prints_hold_none(
        self, house: House, her_hold: DisclosureHold, sign_in: Any
    ) -> None:
        case = her_case(house)
        text = self.pages(sign_in(house.clerk.person), case)
        assert case.receipt_no in text
        assert gate.HIDDEN in text
        assert leaks(text) == []

    def test_the_print_shows_it_where_nobody_is_held(self, house: House, sign_in: Any) -> None:
        case = her_case(house)
        page = text_of(sign_in(house.clerk.person).get(reverse("staff:case_print", args=[case.receipt_no])))
        assert ADDRESS in page

    def test_who_works_on_it_reads_it_under_a_warning_and_reception_does_not(
        self, house: House, her_hold: DisclosureHold, sign_in: Any
    ) -> None:
        case = her_case(house)
        page = reverse("staff:case", args=[case.receipt_no])
        worker = words(sign_in(house.clerk.person).get(page))
        assert ADDRESS in worker
        assert "だれにも知らせないで" in worker
        reception = words(sign_in(house.reception.person).get(page))
        assert case.chief_concern in reception
        assert leaks(reception) == []

    def test_the_note_of_a_correction_repeats_neither_address_nor_telephone(self, house: House) -> None:
        """No gate reads notes: what is not in them does not leave by them."""
        case, who = her_case(house), by(house.clerk)
        triage.take(case.pk, by=who)
        party = persons.add(case.pk, by=who, relation="姉", name="見本 あね", address=ADDRESS, phone=PHONE)
        persons.correct(case.pk, party.pk, by=who, relation="妹", name="見本 いもうと")
        [note] = TimelineEntry.objects.filter(matter=case.pk, kind="consultation.person_corrected")
        assert "見本 あね" in note.text
        assert "（住所あり）" in note.text
        assert leaks(note.text) == []

    def test_the_api_tells_no_system(self, house: House, her_hold: DisclosureHold) -> None:
        case = her_case(house)
        system = caller(house.clerk)
        answer = system.get(f"/consultations/{case.receipt_no}/")
        assert answer.status_code == 200
        assert leaks(answer.content.decode()) == []
        told = answer.json()
        assert told["contact"]["phone"] == told["parties"][0]["address"] == gate.HIDDEN
        assert leaks(system.get("/consultations/", show="all").content.decode()) == []

    def test_an_entry_is_not_brought_back_to_a_form(self, house: House, sign_in: Any) -> None:
        paper = filing.Filing(
            chief_concern="窓口で聞いた相談",
            body="",
            ward=house.ward,
            channel="counter",
            consulter=Person(name=NAME, phone=PHONE, address=ADDRESS),
            contact=dict(CARD),
        )
        case = filing.file(paper, by=by(house.clerk)).consultation
        assert entering.may_correct(by(house.clerk), fresh(case))
        entered(house)
        assert not entering.may_correct(by(house.clerk), fresh(case))
        client = sign_in(house.clerk.person)
        answer = client.post(reverse("staff:entry_correct", args=[case.receipt_no]), follow=True)
        assert leaks(text_of(answer)) == []

    def test_a_strand_of_a_held_case_is_held(self, house: House) -> None:
        case = house.case("名前を言わない人の相談")
        triage.take(case.pk, by=by(house.clerk))
        disclosure.hold_for(case.matter, by=by(house.clerk))
        strand = splitting.split(
            case.pk, by=by(house.clerk), chief_concern="分けた", body="", office=house.section
        )
        assert disclosure.is_matter_held(strand.matter)


class TestReferrals:
    @pytest.fixture
    def world(self) -> referral_support.World:
        return referral_support.make_world()

    def hold(self, world: referral_support.World) -> None:
        person = Known(name=referral_support.NAME, phone=referral_support.PHONE)
        disclosure.enter(application(person), by=world.sender)

    def test_it_is_not_offered(self, world: referral_support.World) -> None:
        assert {line.item for line in excerpt.lines_of(world.case) if line.text} >= {
            ExcerptItem.PHONE,
            ExcerptItem.ADDRESS,
        }
        self.hold(world)
        lines = {line.item: line for line in excerpt.lines_of(world.case)}
        for item in (ExcerptItem.PHONE, ExcerptItem.ADDRESS):
            assert lines[item].text == ""
            assert lines[item].withheld.startswith("非開示")

    def test_what_was_handed_over_before_is_hidden_on_every_side(
        self, world: referral_support.World, sign_in: Any
    ) -> None:
        referral = referral_support.sent(world)
        referrals.acknowledge(referral.pk, by=world.partner)
        number = world.case.receipt_no
        partner, sender = sign_in(world.worker.person), sign_in(world.clerk.person)
        pages = [
            (partner, reverse("partner:referral", args=[referral.pk])),
            (sender, reverse("staff:referral_detail", args=[number, referral.sequence])),
        ]
        for client, page in pages:
            assert "0430007788" in text_of(client.get(page)).replace("-", "")
        self.hold(world)
        for client, page in pages:
            shown = text_of(client.get(page)).replace("-", "")
            assert "0430007788" not in shown
            assert gate.HIDDEN in shown
        system = caller(world.clerk)
        told = system.get(f"/referrals/{referral.pk}/").content.decode()
        assert "7788" not in told
        assert gate.HIDDEN in told

    def test_a_sheet_of_before_closes_and_a_new_one_says_so(
        self, world: referral_support.World, sign_in: Any
    ) -> None:
        referral = referral_support.sent(world)
        client = sign_in(world.clerk.person)
        ask = reverse("staff:referral_sheet", args=[world.case.receipt_no, referral.sequence])
        client.post(ask)
        before = made(referral.pk)
        assert "7788" in text_of(client.get(reverse("documents:download", args=[before])))
        self.hold(world)
        assert client.get(reverse("documents:download", args=[before])).status_code == 404
        client.post(ask)
        after = made(referral.pk)
        assert after != before
        text = text_of(client.get(reverse("documents:download", args=[after])))
        assert "7788" not in text
        assert gate.HIDDEN in text


def made(referral: int) -> Any:
    """The newest sheet, when the worker has made it."""
    rows = Document.objects.filter(kind="referral_sheet", params__referral=referral)
    pk = rows.order_by("-created_at").values_list("pk", flat=True)[0]
    documents.make(pk)
    return pk


class TestHouseholds:
    """DOMAIN S6: a husband's consultation must not stand beside his wife's, in either direction."""

    HOME = "緑区同じ家三丁目4-5"

    def two(self, house: House) -> tuple[Consultation, Consultation]:
        wife = house.case("夫のことで", consulter=Person(name=NAME, kana="キンシスズメコ", address=self.HOME))
        husband = house.case("妻が家を出た", consulter=Person(name="金糸 鷹男", address=self.HOME))
        return wife, husband

    def offered(self, case: Consultation, house: House) -> list[Consultation]:
        parties = list(case.parties.all())
        alike = household.alike(fresh(case), parties, by(house.clerk))
        return household.offered(alike, held.of_case(case, parties, beside=alike))

    def test_neither_beside_the_other(self, house: House, sign_in: Any) -> None:
        wife, husband = self.two(house)
        assert self.offered(wife, house) == [husband]
        assert self.offered(husband, house) == [wife]
        disclosure.hold_for(wife.matter, by=by(house.clerk))
        assert self.offered(wife, house) == self.offered(husband, house) == []
        client = sign_in(house.clerk.person)
        page = words(client.get(reverse("staff:case", args=[husband.receipt_no])))
        assert wife.receipt_no not in page
        assert "だれにも知らせないで" not in page, "nothing beside his name says that there is a restriction"

    def test_a_link_of_before_is_no_longer_shown_and_none_is_made(self, house: House, sign_in: Any) -> None:
        wife, husband = self.two(house)
        triage.take(wife.pk, by=by(house.clerk))
        triage.link(wife.pk, husband.pk, by=by(house.clerk))
        client = sign_in(house.clerk.person)
        pages = [reverse("staff:case", args=[case.receipt_no]) for case in (wife, husband)]
        assert husband.receipt_no in words(client.get(pages[0]))
        disclosure.hold_for(wife.matter, by=by(house.clerk))
        assert husband.receipt_no not in words(client.get(pages[0]))
        assert wife.receipt_no not in words(client.get(pages[1]))

    def test_his_letters_go_on(self, house: House) -> None:
        wife, husband = self.two(house)
        disclosure.hold_for(wife.matter, by=by(house.clerk))
        ContactCard.objects.filter(pk=husband.pk).delete()
        card = ContactCard(matter=husband.matter, name="金糸 鷹男", address=self.HOME, may_write=True)
        card.save()
        assert safe_contact.permitted(card, Medium.LETTER)

    def test_of_a_husband_who_asks_for_her_she_alone_is_hidden(self, house: House, sign_in: Any) -> None:
        """He has found out where she lives, and tells the office."""
        entered(house)
        case = house.case(
            "妻を連れ戻したい",
            consultant_kind="family",
            consulter=Person(name="金糸 鷹男", address=self.HOME),
            subject=Person(name=NAME, address=ADDRESS),
        )
        page = text_of(sign_in(house.clerk.person).get(reverse("staff:case_print", args=[case.receipt_no])))
        assert self.HOME in page
        assert leaks(page) == []


def test_asked_when_it_leaves_not_when_it_was_written(house: House, her_hold: DisclosureHold) -> None:
    """The same row, before and after two persons have let her go."""
    card = her_case(house).matter.contact
    assert not safe_contact.permitted(card, Medium.LETTER)
    disclosure.propose(her_hold.pk, by=by(house.clerk), reason="取下げ")
    disclosure.confirm(her_hold.pk, by=by(house.colleague))
    assert safe_contact.permitted(ContactCard.objects.get(pk=card.pk), Medium.LETTER)


def test_many_are_asked_in_one_question(
    house: House, her_hold: DisclosureHold, django_assert_num_queries: Any
) -> None:
    people = {number: [Known(name=f"別の 人{number}", matter=number)] for number in range(50)}
    with django_assert_num_queries(1):
        assert gate.held_among({**people, 99: [Known(name=NAME)]}) == {99}


def test_a_specialist_of_another_section_sees_no_contact(house: House, her_hold: DisclosureHold) -> None:
    from consultations import policy

    stranger = make_posting(Role.SPECIALIST, office=house.section)
    assert not policy.may_read_held_contact(by(stranger), her_case(house))
