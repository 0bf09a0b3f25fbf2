"""The register: whatever has come in stays until two persons have let it go (ASSURANCE OU6, ADR 0021)."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, connections, transaction
from django.urls import reverse
from django.utils import timezone

from chiba_ward.access.models import ReadLogEntry
from chiba_ward.casework import my_work
from chiba_ward.compartments import services as compartments
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Posting
from chiba_ward.disclosure import gate
from chiba_ward.disclosure import services as disclosure
from chiba_ward.disclosure.enums import HoldState, LineKind
from chiba_ward.disclosure.marks import Known
from chiba_ward.disclosure.models import DisclosureHold, HeldPerson, HoldLine
from chiba_ward.disclosure.workflow import NotPossible
from tests.compartments import walls
from tests.consultations.citizen_support import words
from tests.consultations.staff_support import House, by
from tests.disclosure.conftest import ADDRESS, KANA, NAME, PHONE, WOMAN, application, entered
from tests.factories import make_office, make_posting, make_ward

pytestmark = pytest.mark.django_db


def kinds(hold: DisclosureHold) -> list[str]:
    return list(HoldLine.objects.filter(person=hold.pk).order_by("at", "pk").values_list("kind", flat=True))


class TestComingIn:
    def test_an_older_list_changes_nothing(self, house: House, her_hold: DisclosureHold) -> None:
        soon = timezone.localdate() + dt.timedelta(days=1)
        old = disclosure.enter(application(days=400, valid_until=soon), by=by(house.clerk))
        her_hold.refresh_from_db()
        assert (old.hold.pk, old.line) == (her_hold.pk, LineKind.OLDER)
        assert (her_hold.applied_on, her_hold.valid_until) == (timezone.localdate(), None)
        assert DisclosureHold.objects.count() == 1

    def test_the_newest_wins(self, house: House) -> None:
        hold = entered(house, days=300, valid_until=timezone.localdate() + dt.timedelta(days=65))
        year = timezone.localdate() + dt.timedelta(days=365)
        disclosure.enter(application(valid_until=year), by=by(house.worker))
        hold.refresh_from_db()
        assert (hold.applied_on, hold.valid_until) == (timezone.localdate(), year)
        assert kinds(hold) == [LineKind.REGISTERED, LineKind.EXTENDED]

    def test_of_one_day_the_longer_holds(self, house: House) -> None:
        near, far = (timezone.localdate() + dt.timedelta(days=days) for days in (30, 300))
        hold = entered(house, valid_until=far)
        entered(house, valid_until=near)
        hold.refresh_from_db()
        assert hold.valid_until == far

    def test_where_she_lived_before_stays_hidden(self, house: House, her_hold: DisclosureHold) -> None:
        moved = Known(name=NAME, kana=KANA, phone=PHONE, address="美浜区新しい町1-2-3")
        disclosure.extend(her_hold.pk, application(moved), by=by(house.clerk))
        for address in (ADDRESS, moved.address):
            assert gate.is_held(Known(address=address))
        with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
            DisclosureHold.objects.filter(pk=her_hold.pk).update(marks=[1])

    def test_two_people_of_one_name_are_two(self, house: House, her_hold: DisclosureHold) -> None:
        other = entered(house, Known(name=NAME, kana=KANA, phone="0431112222", address="花見川区別の町5-6"))
        assert other.pk != her_hold.pk

    def test_spellings_do_not_matter(self, house: House, her_hold: DisclosureHold) -> None:
        for known in (
            Known(name="金糸雀子"),
            Known(kana="きんし　すずめこ"),
            Known(phone="090-1234-9876"),
            Known(address="緑区おゆみ野九丁目９９－８　金糸雀荘１０５"),
        ):
            assert gate.is_held(known), known
        assert not gate.is_held(Known(name="別の 人", kana="ベツノ ヒト", phone="0430009999"))
        assert not gate.is_held(Known())

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"days": -1}, "applied_on"),
            ({"person": Known(kana=KANA)}, "name"),
            ({"person": Known(name="林")}, "name"),
            ({"valid_until": dt.date(2000, 1, 1)}, "valid_until"),
        ],
    )
    def test_what_is_unfit_is_told_beside_its_field(
        self, house: House, change: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(NotPossible) as refused:
            disclosure.enter(application(**change), by=by(house.clerk))
        assert refused.value.field == field
        assert not DisclosureHold.objects.exists()

    def test_nothing_of_it_stands_in_the_clear(self, her_hold: DisclosureHold) -> None:
        with connection.cursor() as cursor:
            for table in ("disclosure_disclosurehold", "disclosure_heldperson", "disclosure_holdline"):
                cursor.execute(f"SELECT array_agg(t::text)::text FROM {table} t")
                found = cursor.fetchone()[0]
                for secret in (NAME, KANA, PHONE, ADDRESS):
                    assert secret not in found
                    assert secret.encode().hex() not in found


class TestGoingOut:
    def test_a_date_alone_lifts_nothing(self, house: House) -> None:
        hold = entered(house, valid_until=timezone.localdate() + dt.timedelta(days=10))
        with time_machine.travel(timezone.now() + dt.timedelta(days=800), tick=False):
            hold.refresh_from_db()
            assert hold.needs_renewal
            assert gate.is_held(WOMAN)
            groups = {group.key: group for group in my_work.groups_for(by(house.clerk))}
            assert groups["disclosure.renew"].count == 1

    def test_two_persons(self, house: House, her_hold: DisclosureHold) -> None:
        disclosure.propose(her_hold.pk, by=by(house.clerk), reason="本人の取下げの申出")
        assert gate.is_held(WOMAN)
        with pytest.raises(NotPossible, match="別の人"):
            disclosure.confirm(her_hold.pk, by=by(house.clerk))
        assert gate.is_held(WOMAN)
        disclosure.confirm(her_hold.pk, by=by(house.colleague))
        assert not gate.is_held(WOMAN)
        assert kinds(her_hold) == [LineKind.REGISTERED, LineKind.PROPOSED, LineKind.CLEARED]

    def test_the_same_person_under_another_posting_is_the_same_person(
        self, house: House, her_hold: DisclosureHold
    ) -> None:
        disclosure.propose(her_hold.pk, by=by(house.clerk), reason="本人の取下げの申出")
        second = make_posting(Role.SECTION, office=house.section, person=house.clerk.person)
        with pytest.raises(NotPossible, match="別の人"):
            disclosure.confirm(her_hold.pk, by=by(second))
        assert gate.is_held(WOMAN)

    def test_the_database_asks_for_two_and_for_two_steps(
        self, house: House, her_hold: DisclosureHold
    ) -> None:
        now = timezone.now()
        alone = {
            "state": HoldState.CLEARED,
            "proposed_by": house.clerk,
            "proposed_user": house.clerk.person,
            "proposed_at": now,
            "cleared_by": house.clerk,
            "cleared_user": house.clerk.person,
            "cleared_at": now,
        }
        two = {**alone, "cleared_user": house.colleague.person, "cleared_by": house.colleague}
        for change, says in ((two, "proposed before"), ({"state": HoldState.CLEARED}, "proposed before")):
            with pytest.raises(DatabaseError, match=says), transaction.atomic():
                DisclosureHold.objects.filter(pk=her_hold.pk).update(**change)
        disclosure.propose(her_hold.pk, by=by(house.clerk), reason="本人の取下げの申出")
        with pytest.raises(DatabaseError, match="hold_cleared_by_two"), transaction.atomic():
            DisclosureHold.objects.filter(pk=her_hold.pk).update(**alone)
        with pytest.raises(DatabaseError), transaction.atomic():
            DisclosureHold.objects.filter(pk=her_hold.pk).delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            HoldLine.objects.all().delete()

    def test_a_new_application_voids_the_proposal(self, house: House, her_hold: DisclosureHold) -> None:
        disclosure.propose(her_hold.pk, by=by(house.clerk), reason="期限切れ")
        disclosure.enter(application(), by=by(house.worker))
        with pytest.raises(NotPossible, match="新しい申出"):
            disclosure.confirm(her_hold.pk, by=by(house.colleague))
        assert gate.is_held(WOMAN)
        assert LineKind.VOIDED in kinds(her_hold)

    def test_one_that_makes_a_row_of_its_own_voids_it_too(
        self, house: House, her_hold: DisclosureHold
    ) -> None:
        """She has moved and has another telephone: nobody can say by machine that it is the same woman."""
        disclosure.propose(her_hold.pk, by=by(house.clerk), reason="期限切れ")
        moved = Known(name=NAME, kana=KANA, phone="08099998888", address="美浜区新しい町1-2-3")
        assert entered(house, moved).pk != her_hold.pk
        her_hold.refresh_from_db()
        assert her_hold.state == HoldState.HELD

    def test_an_older_list_does_not(self, house: House, her_hold: DisclosureHold) -> None:
        disclosure.propose(her_hold.pk, by=by(house.clerk), reason="取下げ")
        disclosure.enter(application(days=100), by=by(house.worker))
        her_hold.refresh_from_db()
        assert her_hold.state == HoldState.CLEARING

    def test_it_may_be_kept(self, house: House, her_hold: DisclosureHold) -> None:
        disclosure.propose(her_hold.pk, by=by(house.clerk), reason="取下げ")
        disclosure.keep(her_hold.pk, by=by(house.colleague), reason="本人に確かめたら続けたいとのこと")
        her_hold.refresh_from_db()
        assert (her_hold.state, her_hold.proposed_user) == (HoldState.HELD, None)


class TestWhoMay:
    def test_another_ward_sees_nothing_and_is_held_all_the_same(
        self, house: House, her_hold: DisclosureHold, sign_in: Any
    ) -> None:
        elsewhere = make_posting(Role.SECTION, office=make_office("総務課", ward=make_ward("hanamigawa")))
        client = sign_in(elsewhere.person)
        assert client.get(reverse("hold:show", args=[her_hold.pk])).status_code == 404
        assert NAME not in words(client.get(reverse("hold:index")))
        assert gate.is_held(WOMAN)
        with pytest.raises(DisclosureHold.DoesNotExist):
            disclosure.propose(her_hold.pk, by=by(elsewhere), reason="取下げ")

    @pytest.mark.parametrize("role", [Role.RECEPTION, Role.SPECIALIST, Role.AUDITOR, Role.COORDINATOR])
    def test_other_roles_have_no_register(
        self, role: Role, house: House, her_hold: DisclosureHold, sign_in: Any
    ) -> None:
        client = sign_in(make_posting(role, office=house.desk).person)
        for name in ("hold:index", "hold:new", "hold:import"):
            assert client.get(reverse(name)).status_code == 404

    def test_who_is_held_because_of_a_sealed_matter_is_named_inside_alone(
        self, house: House, sign_in: Any
    ) -> None:
        case = house.case()
        hold = disclosure.hold_for(case.matter, WOMAN, by=by(house.clerk))
        walls.enclose(case.matter, house.clerk)
        assert walls.counted("disclosure_heldperson") == walls.counted("disclosure_holdline") == 0
        client = sign_in(house.colleague.person)
        assert client.get(reverse("hold:show", args=[hold.pk])).status_code == 404
        assert NAME not in words(client.get(reverse("hold:index")))
        assert NAME in words(sign_in(house.clerk.person).get(reverse("hold:show", args=[hold.pk])))
        assert gate.is_held(WOMAN), "whoever is outside is held back all the same"


class TestScreens:
    def typed(self, **more: str) -> dict[str, str]:
        day = timezone.localdate()
        parts = {"era": "", "year": str(day.year), "month": str(day.month), "day": str(day.day)}
        return {
            "kind": "support",
            "source": "application",
            "name": NAME,
            "kana": KANA,
            "phone": PHONE,
            "address": ADDRESS,
            **{f"applied_on_{part}": value for part, value in parts.items()},
            **more,
        }

    def test_entered_found_and_read(self, house: House, sign_in: Any) -> None:
        client = sign_in(house.clerk.person)
        answer = client.post(reverse("hold:new"), self.typed())
        hold = DisclosureHold.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, reverse("hold:show", args=[hold.pk]))
        assert ADDRESS in words(client.get(answer["Location"]))
        for typed in (NAME, "きんしすずめこ", "090-1234-9876", ADDRESS):
            listed = client.get(reverse("hold:index"), {"q": typed}).content.decode()
            assert reverse("hold:show", args=[hold.pk]) in listed, typed
        assert "この条件の登録はありません" in words(client.get(reverse("hold:index"), {"q": "金糸"}))
        seen = ReadLogEntry.objects.filter(kind="hold").order_by("pk")
        assert {entry.verb for entry in seen} == {"read", "search"}

    def test_empty_says_what_to_do(self, house: House, sign_in: Any) -> None:
        assert "登録はまだありません" in words(sign_in(house.clerk.person).get(reverse("hold:index")))

    def test_a_slip_keeps_what_was_typed(self, house: House, sign_in: Any) -> None:
        answer = sign_in(house.clerk.person).post(reverse("hold:new"), self.typed(name=""))
        assert answer.status_code == 422
        assert ADDRESS in answer.content.decode()
        assert not DisclosureHold.objects.exists()

    def test_the_way_out_on_the_screen(self, house: House, her_hold: DisclosureHold, sign_in: Any) -> None:
        first, second = sign_in(house.clerk.person), sign_in(house.colleague.person)
        empty = first.post(reverse("hold:propose", args=[her_hold.pk]), {"reason": ""})
        assert empty.status_code == 422
        first.post(reverse("hold:propose", args=[her_hold.pk]), {"reason": "本人の取下げ（窓口）"})
        own = words(first.get(reverse("hold:show", args=[her_hold.pk])))
        assert "提案した人は確認できません" in own
        asked = second.post(reverse("hold:confirm", args=[her_hold.pk]))
        assert "本人の取下げ（窓口）" in words(asked)
        assert gate.is_held(WOMAN)
        second.post(reverse("hold:confirm", args=[her_hold.pk]), {"sure": "1"})
        assert not gate.is_held(WOMAN)
        assert NAME in words(second.get(reverse("hold:index"), {"show": "cleared"}))

    def test_the_print_holds_no_address(self, house: House, her_hold: DisclosureHold, sign_in: Any) -> None:
        page = words(sign_in(house.clerk.person).get(reverse("hold:print", args=[her_hold.pk])))
        assert NAME in page
        assert ADDRESS not in page
        assert PHONE not in page

    def test_the_form_for_a_renewal_holds_no_address(
        self, house: House, her_hold: DisclosureHold, sign_in: Any
    ) -> None:
        client = sign_in(house.clerk.person)
        page = client.get(reverse("hold:extend", args=[her_hold.pk])).content.decode()
        assert NAME in page
        assert ADDRESS not in page
        answer = client.post(reverse("hold:extend", args=[her_hold.pk]), self.typed(address="", phone=""))
        assert answer.status_code == 302
        assert HeldPerson.objects.get(pk=her_hold.pk).address == ADDRESS

    def test_it_waits_with_the_second_person(self, house: House, her_hold: DisclosureHold) -> None:
        disclosure.propose(her_hold.pk, by=by(house.clerk), reason="取下げ")
        assert self.waiting(house.colleague) == 1
        assert self.waiting(house.clerk) == 0

    def waiting(self, posting: Posting) -> int:
        groups = {group.key: group for group in my_work.groups_for(by(posting))}
        return groups["disclosure.clearing"].count


class TestKeys:
    OLD, NEW = "s1:" + "1a2b3c4d" * 8, "s2:" + "9f8e7d6c" * 8

    def test_marks_live_through_a_change_of_keys(self, house: House, settings: Any) -> None:
        settings.PORTAL_SEARCH_KEYS = self.OLD
        hold = entered(house)
        disclosure.extend(
            hold.pk, application(Known(name=NAME, address="美浜区新しい町1-2-3")), by=by(house.clerk)
        )
        case = house.case()
        sealed = disclosure.hold_for(case.matter, by=by(house.clerk))
        walls.enclose(case.matter)
        settings.PORTAL_SEARCH_KEYS = f"{self.NEW},{self.OLD}"
        assert gate.is_held(WOMAN)
        assert disclosure.renew_marks() == 2
        settings.PORTAL_SEARCH_KEYS = self.NEW
        for known in (
            WOMAN,
            Known(address=ADDRESS),
            Known(address="美浜区新しい町1-2-3"),
            Known(matter=case.pk),
        ):
            assert gate.is_held(known)
        assert {hold.key_id, sealed.key_id} == {"s1"}
        assert set(DisclosureHold.objects.values_list("key_id", flat=True)) == {"s2"}
        assert disclosure.renew_marks() == 0
        assert not compartments.are_open()


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def together(self, *acts: Callable[[], object]) -> list[str]:
        found: list[str] = []

        def run(act: Callable[[], object]) -> None:
            try:
                act()
                found.append("done")
            except Exception as error:  # noqa: BLE001  (looked at by the test)
                found.append(type(error).__name__)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=[act]) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        return sorted(found)

    def test_two_lists_at_once_make_one_row(self, house: House) -> None:
        acts = [lambda: disclosure.enter(application(), by=by(house.clerk))] * 4
        assert self.together(*acts) == ["done"] * 4
        assert DisclosureHold.objects.count() == 1

    def test_whoever_confirms_while_she_applies_anew_does_not_let_her_go(self, house: House) -> None:
        hold = entered(house)
        disclosure.propose(hold.pk, by=by(house.clerk), reason="期限切れ")
        self.together(
            lambda: disclosure.enter(application(), by=by(house.worker)),
            lambda: disclosure.confirm(hold.pk, by=by(house.colleague)),
        )
        assert gate.is_held(WOMAN)

    def test_two_confirm_at_once(self, house: House) -> None:
        hold = entered(house)
        disclosure.propose(hold.pk, by=by(house.clerk), reason="取下げ")
        found = self.together(
            lambda: disclosure.confirm(hold.pk, by=by(house.colleague)),
            lambda: disclosure.confirm(hold.pk, by=by(house.head)),
        )
        assert found == ["NotPossible", "done"]
        assert kinds(hold).count(LineKind.CLEARED) == 1
