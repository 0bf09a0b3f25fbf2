"""Three that happened (ASSURANCE finding 14): what must not happen here."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from chiba_ward.casework import my_work
from chiba_ward.compartments import services as compartments
from chiba_ward.correspondence import letters, notices, safe_contact
from chiba_ward.correspondence.enums import Medium
from chiba_ward.correspondence.models import ContactCard, Delivery
from chiba_ward.disclosure import gate
from chiba_ward.disclosure import services as disclosure
from chiba_ward.disclosure.enums import HoldKind, HoldState
from chiba_ward.disclosure.importers import take_in
from chiba_ward.disclosure.marks import Known
from chiba_ward.disclosure.models import DisclosureHold
from chiba_ward.outbox import services as outbox
from consultations import choices
from consultations import initial as topic_rows
from consultations.enums import Flag
from consultations.models import Consultation
from consultations.protection.services import confirming
from consultations.services import triage
from consultations.services.filing import Person
from consultations.workflow.errors import Refused
from tests.api.support import caller
from tests.api.support import entry as api_entry
from tests.compartments import walls
from tests.consultations.staff_support import House, by, fresh
from tests.disclosure.conftest import ADDRESS, KANA, NAME, PHONE, WOMAN, application, entered, her_case
from tests.protection.support import inside, make_protected_ward

pytestmark = pytest.mark.django_db
HEAD = "氏名,フリガナ,電話番号,住所,種類,申出日,期限,記録\r\n"


def csv_of(*rows: str) -> bytes:
    return (HEAD + "\r\n".join(rows)).encode("utf-8-sig")


class TestMeguro:
    """October 2025: a stale list released the restriction after a second application."""

    def test_a_stale_list_after_a_second_application(self, house: House) -> None:
        now = timezone.now()
        with time_machine.travel(now - dt.timedelta(days=365), tick=False):
            first = timezone.localdate()
            hold = entered(house, valid_until=first + dt.timedelta(days=364))
        # The first application runs out; she has applied again a week before; then comes the list of last year.
        second = timezone.localdate() - dt.timedelta(days=7)
        disclosure.enter(
            disclosure.Application(WOMAN, applied_on=second, valid_until=second + dt.timedelta(days=365)),
            by=by(house.worker),
        )
        disclosure_of_old = f"{NAME},{KANA},{PHONE},{ADDRESS},支援措置,{first:%Y-%m-%d},{first + dt.timedelta(days=364):%Y-%m-%d},旧一覧"
        report = take_in(csv_of(disclosure_of_old), by=by(house.clerk), is_trial=False)
        assert report.counts["いまの申出より古いので変えない"] == 1
        hold.refresh_from_db()
        assert (hold.state, hold.applied_on) == (HoldState.HELD, second)
        assert gate.is_held(WOMAN)
        assert not safe_contact.permitted(her_case(house).matter.contact, Medium.LETTER)

    def test_a_list_without_her_name_clears_nothing(self, house: House, her_hold: DisclosureHold) -> None:
        for content in (csv_of(), csv_of("別の 人,ベツノ ヒト,,,支援措置,2026-01-05,,")):
            take_in(content, by=by(house.clerk), is_trial=False)
            assert gate.is_held(WOMAN)

    def test_the_date_that_has_passed_and_a_proposal_that_was_pending(self, house: House) -> None:
        hold = entered(house, days=400, valid_until=timezone.localdate() - dt.timedelta(days=36))
        disclosure.propose(hold.pk, by=by(house.clerk), reason="一覧では期限切れ")
        disclosure.enter(application(), by=by(house.worker))
        with pytest.raises(disclosure.NotPossible):
            disclosure.confirm(hold.pk, by=by(house.colleague))
        assert gate.is_held(WOMAN)

    def test_no_job_and_no_command_clears(self, house: House) -> None:
        entered(house, valid_until=timezone.localdate() + dt.timedelta(days=1))
        with time_machine.travel(timezone.now() + dt.timedelta(days=900), tick=False):
            outbox.sweep()
            call_command("renew_hold_marks", verbosity=0)
            assert gate.is_held(WOMAN)


class TestDaito:
    """Staff forgot one of two systems: here one restriction holds in every output, whichever matter it came from."""

    def outputs(self, house: House, case: Consultation) -> dict[str, bool]:
        """Output -> whether it lets her address go."""
        case = fresh(case)
        notices.tell_citizen(case.matter, "consultation.reply", office=house.desk)
        delivery = Delivery.objects.with_matter().filter(notice__matter=case.pk, medium=Medium.LETTER)
        sent = [one for one in delivery if one.state == "to_print" and _is_printable(one)]
        system = caller(house.clerk).get(f"/consultations/{case.receipt_no}/").content.decode()
        return {"letter": bool(sent), "api": ADDRESS in system}

    def test_before_and_after_in_both_matters(self, house: House) -> None:
        before = her_case(house, "先に届いた相談")
        assert self.outputs(house, before)["api"]
        other = house.case("もう一つの相談", consulter=Person(name=NAME, kana=KANA))
        disclosure.hold_for(other.matter, by=by(house.clerk))
        after = her_case(house, "あとで届いた相談")
        for case in (before, other, after):
            assert self.outputs(house, case) == {"letter": False, "api": False}

    def test_set_inside_a_compartment_it_holds_outside(self, house: House) -> None:
        outside = her_case(house)
        inside = house.case("封じた相談", consulter=Person(name=NAME, kana=KANA))
        room = walls.enclose(inside.matter, house.clerk)
        with compartments.opened((room.pk,), reason="a test"):
            disclosure.hold_for(inside.matter, by=by(house.clerk))
        assert walls.counted("disclosure_heldperson") == 0
        assert self.outputs(house, outside) == {"letter": False, "api": False}


def _is_printable(delivery: Delivery) -> bool:
    try:
        letters.require_printable(delivery)
    except letters.NotReadyError as error:
        return "まだ作成中" in error.message
    return True


class TestOamishirasato:
    """The restriction was never set: here what was heard makes it, or stands before somebody until it is decided."""

    def waiting(self, house: House) -> list[str]:
        groups = {group.key: group for group in my_work.groups_for(by(house.clerk))}
        return [item.label for item in groups["disclosure.undecided"].items]

    def marked_before(self, house: House) -> Consultation:
        """A mark outside of any room, as a portal that did not know of rooms could have left it."""
        case = her_case(house)
        triage.take(case.pk, by=by(house.clerk))
        Consultation.objects.filter(pk=case.pk).update(flags=[Flag.DV])
        return case

    def test_an_answer_at_the_counter_makes_it_in_the_same_transaction(self, house: House) -> None:
        """Typed by a system of the counter, through the same services as the screens."""
        topic_rows.load()
        choices.forget()
        body = api_entry(
            entry={"restriction": HoldKind.SUPPORT},
            story={"consultant_kind": "self", "relation": ""},
            contact={"name": NAME, "kana": KANA, "preferred": "portal"},
        )
        answer = caller(house.clerk).post("/consultations/", body)
        assert answer.status_code == 201, answer.content.decode()
        case = Consultation.objects.get(matter__receipt_no=answer.json()["receipt_no"])
        hold = DisclosureHold.objects.get()
        assert (hold.kind, hold.entered_by, hold.person.name) == (HoldKind.SUPPORT, house.clerk, NAME)
        assert disclosure.is_matter_held(case.matter)
        told = caller(house.clerk).get(f"/consultations/{case.matter.receipt_no}/").json()
        assert told["parties"][0]["address"] == gate.HIDDEN

    def test_the_entry_screen_asks(self, house: House, sign_in: Any) -> None:
        page = sign_in(house.clerk.person).get(reverse("staff:entry_start")).content.decode()
        assert "居場所を知られてはいけない相手" in page

    def test_a_confirmed_flag_makes_it(self) -> None:
        ward = make_protected_ward()
        case = her_case(ward.house)
        confirming.confirm(case.pk, by=by(ward.clerk), kinds=[Flag.DV])
        hold = DisclosureHold.objects.get()
        assert hold.kind == HoldKind.DV
        with inside():
            assert (hold.person.matter_id, hold.person.name) == (case.pk, NAME)
        assert gate.is_held(Known(name=NAME))
        assert gate.is_held(Known(matter=case.pk))

    def test_taking_the_flag_away_clears_nothing(self, house: House) -> None:
        case = self.marked_before(house)
        triage.set_fields(case.pk, by=by(house.clerk), fields=[], flags=[Flag.DV], applies_intent="")
        triage.set_fields(case.pk, by=by(house.clerk), fields=[], flags=[], applies_intent="")
        assert fresh(case).flags == [Flag.DV]
        assert gate.is_held(Known(name=NAME))
        assert DisclosureHold.objects.count() == 1

    def test_the_mark_of_an_ordinary_case_makes_none(self, house: House) -> None:
        """Whoever sees it confirms the danger first, and the case moves into its room."""
        case = her_case(house)
        triage.take(case.pk, by=by(house.clerk))
        with pytest.raises(Refused):
            triage.set_fields(case.pk, by=by(house.clerk), fields=[], flags=[Flag.DV], applies_intent="")
        assert not DisclosureHold.objects.exists()

    def test_one_that_nobody_has_confirmed_stands_in_the_days_work(self, house: House) -> None:
        case = self.marked_before(house)
        with time_machine.travel(timezone.now() + dt.timedelta(days=40), tick=False):
            assert self.waiting(house) == [case.receipt_no]
        triage.set_fields(case.pk, by=by(house.clerk), fields=[], flags=[Flag.DV], applies_intent="")
        assert self.waiting(house) == []

    def test_whoever_leaves_the_mark_out_makes_it_all_the_same(self, house: House) -> None:
        case = self.marked_before(house)
        triage.set_fields(case.pk, by=by(house.clerk), fields=[], flags=[], applies_intent="")
        assert self.waiting(house) == []
        assert gate.is_held(Known(name=NAME))

    def test_a_matter_that_moves_into_a_room_of_dv_is_held(self, house: House) -> None:
        case = her_case(house)
        room = walls.compartment(house.clerk)
        type(room).objects.filter(pk=room.pk).update(kind="dv")
        room.refresh_from_db()
        compartments.enclose(case.matter, room, by=by(house.colleague))
        assert gate.is_held(Known(name=NAME))
        assert gate.is_held(Known(matter=case.pk))

    def test_nobody_is_named_and_the_matter_holds_all_the_same(self, house: House) -> None:
        case = house.case(
            "名前は言えない", contact={"preferred": "letter", "address": ADDRESS, "may_write": True}
        )
        disclosure.hold_for(case.matter, by=by(house.clerk))
        assert not safe_contact.permitted(ContactCard.objects.get(pk=case.pk), Medium.LETTER)
