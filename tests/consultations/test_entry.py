"""代理入力: the same fields and figures, the typist kept, and a slip corrected in the same shift (J2, C16)."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from chiba_ward.access.actor import actor_of
from chiba_ward.casework.enums import Channel
from chiba_ward.casework.models import Draft
from chiba_ward.directory.enums import OfficeKind, Role
from chiba_ward.directory.models import Office, Posting
from consultations.enums import PartyKind
from consultations.models import ConsentGrant, Consultation
from consultations.services import triage
from tests.consultations import citizen_support as support
from tests.consultations.citizen_support import ANSWERS, send, taken_home, words
from tests.factories import make_office, make_post, make_posting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
START = "/admin/consultations/entry/"
BEGAN = {"channel": "counter", "speaker": "self", "identity": "none", "language": "ja"}
DAUGHTER = {
    "speaker": "proxy",
    "speaker_name": "見本 次子",
    "speaker_relation": "長女",
    "mandate": "letter",
    "identity": "licence",
}
SAID_YES = {"read_back": "on"}


@pytest.fixture
def clerk(city: Office) -> Posting:
    return make_posting(Role.RECEPTION, office=city)


@pytest.fixture
def counter(clerk: Posting, sign_in: Any) -> Client:
    client: Client = sign_in(clerk.person)
    return client


def typed(counter: Client, began: dict[str, Any] | None = None, **steps: dict[str, Any]) -> str:
    """The four screens as the clerk types them; the address of the draft."""
    response = counter.post(START, {**BEGAN, **(began or {})})
    assert response.status_code == 302, words(response)
    draft = str(response["Location"]).rsplit("/", 2)[0]
    for name in ANSWERS:
        response = counter.post(f"{draft}/{name}/", {**ANSWERS[name], **steps.get(name, {})})
        assert response.status_code == 302, (name, words(response))
    return draft


def received(counter: Client, draft: str, **said: Any) -> Any:
    return counter.post(f"{draft}/check/", {**SAID_YES, **said})


def test_the_same_answers_give_the_same_case_whoever_types(counter: Client, clerk: Posting) -> None:
    """C16: 代理入力(窓口・電話)でも本人入力と同じ項目・同じ統計になり、入力者が残る。"""
    own, _ = send(Client())
    typed_number, _ = taken_home(received(counter, typed(counter, {"channel": "telephone"})))
    by_person, by_clerk = (Consultation.objects.get(matter__receipt_no=n) for n in (own, typed_number))
    same = (
        "consultant_kind",
        "relation",
        "chief_concern",
        "body",
        "topic",
        "ward",
        "town",
        "risk_rank",
        "flags",
        "desk_office",
        "language",
    )
    for name in same:
        assert getattr(by_person, name) == getattr(by_clerk, name), name
    due = [c.matter.deadlines.get(kind="consultation.reply").due_at for c in (by_person, by_clerk)]
    assert due[0] == due[1]
    assert (by_person.channel, by_person.entered_by) == (Channel.WEB, None)
    assert (by_clerk.channel, by_clerk.entered_by) == (Channel.TELEPHONE, clerk)


def test_the_typist_is_never_the_applicant(counter: Client, clerk: Posting) -> None:
    number, _ = taken_home(
        received(counter, typed(counter, contact={"preferred": "portal", "name": "見本 うめ"}))
    )
    case = Consultation.objects.get(matter__receipt_no=number)
    assert case.user is None
    assert case.parties.get(kind=PartyKind.CONSULTER).name == "見本 うめ"
    shown = words(counter.get(f"/admin/consultations/case/{number}/"))
    assert str(clerk.person) in shown
    assert "見本 うめ" in shown


def test_who_speaks_the_mandate_and_what_was_seen_are_kept(counter: Client) -> None:
    draft = typed(counter, DAUGHTER)
    page = words(received(counter, draft, paper_place="総務課 キャビネット3"))
    assert "委任状を見た" in page
    assert "運転免許証" in page
    assert "署名" in page
    case = Consultation.objects.get()
    proxy = case.parties.get(kind=PartyKind.PROXY)
    assert (proxy.name, proxy.relation) == ("見本 次子", "長女")
    assert (case.speaker, case.mandate, case.identity_seen) == ("proxy", "letter", "licence")
    assert case.paper_place == "総務課 キャビネット3"
    line = case.matter.timeline.get(kind="consultation.entered")
    assert (line.text, line.audience) == ("", "house"), "columns, no text that nobody can count"


def test_who_spoke_and_the_mandate_are_shown_and_printed(counter: Client, sign_in: Any, city: Office) -> None:
    number, _ = taken_home(
        received(counter, typed(counter, DAUGHTER, place={"ward": "chuo"}), paper_place="キャビネット3")
    )
    reader = sign_in(make_posting(Role.SECTION, office=city).person)
    for page in ("", "print/"):
        shown = words(reader.get(f"/admin/consultations/case/{number}/{page}"))
        for said in (
            "代わりに話している",
            "見本 次子（長女）",
            "委任：委任状を見た",
            "本人確認：運転免許証",
            "署名した紙：キャビネット3",
        ):
            assert said in shown, (page, said)


def test_a_mandate_without_somebody_who_speaks_for_another_is_refused_by_the_database(
    counter: Client,
) -> None:
    received(counter, typed(counter))
    case = Consultation.objects.get()
    assert (case.speaker, case.mandate) == ("self", "")
    for wrong in ({"mandate": "letter"}, {"speaker": "proxy"}):
        with pytest.raises(IntegrityError, match="consultation_proxy_states_mandate"), transaction.atomic():
            Consultation.objects.update(**wrong)


@pytest.mark.parametrize(("change", "reason"), [
    ({"speaker_relation": ""}, "つながりを入力してください"), ({"mandate": ""}, "どう確かめたか、選んでください"),
])  # fmt: skip
def test_a_person_who_speaks_for_another_is_asked_for_both(
    counter: Client, change: dict[str, str], reason: str
) -> None:
    response = counter.post(START, {**BEGAN, **DAUGHTER, **change})
    assert response.status_code == 422
    assert reason in words(response)


def test_nothing_is_received_before_it_was_read_back(counter: Client) -> None:
    draft = typed(counter)
    shown = words(counter.get(f"{draft}/check/"))
    assert "母の介護のこと" in shown
    assert "読み上げて、相談者に「これでよい」と確かめました" in shown
    response = counter.post(f"{draft}/check/", {})
    assert response.status_code == 422
    assert "読み上げて確かめてから" in words(response)
    assert not Consultation.objects.exists()


class TestConsent:
    @pytest.fixture
    def agency(self, city: Office) -> Office:
        agency = make_office("あんしんケアセンター見本", kind=OfficeKind.AGENCY)
        make_post(Role.PARTNER, office=agency)
        return agency

    def test_it_is_ticked_item_by_item_for_one_recipient(self, counter: Client, agency: Office) -> None:
        said = {"consent_office": agency.pk, "consent_items": ["name", "phone"], "consent_method": "oral"}
        received(counter, typed(counter), **said)
        grant = ConsentGrant.objects.get()
        assert grant.to_office == agency
        assert set(grant.items) == {"name", "phone", "contact_rules"}
        assert grant.method == "oral"
        assert grant.consultation == Consultation.objects.get()

    @pytest.mark.parametrize(("said", "reason"), [
        ({"consent_items": ["name"]}, "相手を選んでください"),
        ({"consent_office": "agency"}, "項目に、印を付けてください"),
        ({"consent_office": "agency", "consent_items": ["name"], "consent_method": "written"}, "保管場所を入力してください"),
    ])  # fmt: skip
    def test_half_a_consent_is_none(
        self, counter: Client, agency: Office, said: dict[str, Any], reason: str
    ) -> None:
        said = {name: agency.pk if value == "agency" else value for name, value in said.items()}
        response = received(counter, typed(counter), **said)
        assert response.status_code == 422
        assert reason in words(response)
        assert not Consultation.objects.exists()


class TestStopsHalfWay:
    def test_the_draft_waits_at_the_counter_and_for_nobody_else(
        self, counter: Client, sign_in: Any, city: Office
    ) -> None:
        draft = str(counter.post(START, BEGAN)["Location"]).rsplit("/", 2)[0]
        counter.post(f"{draft}/topic/", ANSWERS["topic"])
        counter.post(f"{draft}/story/", {"chief_concern": "とちゅうの相談", "suspend": "1"})
        assert "とちゅうの相談" in words(counter.get(START))
        assert "portal_draft" not in counter.cookies
        colleague = sign_in(make_posting(Role.RECEPTION, office=city).person)
        assert "とちゅうの相談" not in words(colleague.get(START))
        assert colleague.get(f"{draft}/story/").status_code == 404
        assert Client().get(f"{draft}/story/").status_code == 302

    def test_a_second_press_is_the_same_case(self, counter: Client) -> None:
        draft = typed(counter)
        assert taken_home(received(counter, draft)) == taken_home(received(counter, draft))
        assert Consultation.objects.count() == 1 == Consultation.objects.get().parties.count()


class TestCorrection:
    """PEERS J2: a mistake found → undo in the same shift; what stood before is kept."""

    def correct(self, counter: Client, number: str, **steps: dict[str, Any]) -> Any:
        draft = str(counter.post(f"{START}{number}/correct/")["Location"]).rsplit("/", 2)[0]
        for name, changes in steps.items():
            kept = Draft.objects.get(pk=draft.rsplit("/", 1)[-1]).data[name]
            response = counter.post(f"{draft}/{name}/", {**kept, **changes})
            assert response.status_code == 302, words(response)
        return received(counter, draft)

    def test_the_number_stays_and_what_stood_before_is_kept(self, counter: Client, monday: Any) -> None:
        number, phrase = taken_home(
            received(counter, typed(counter, contact={"preferred": "portal", "name": "見本 うめ"}))
        )
        assert number in words(counter.get(START))
        monday.shift(dt.timedelta(minutes=10))
        self.correct(
            counter,
            number,
            story={"chief_concern": "父の介護のこと"},
            place={"ward": "chuo", "postal_code": ""},
        )
        case = Consultation.objects.get()
        assert case.receipt_no == number
        assert case.chief_concern == "父の介護のこと"
        assert case.desk_office.ward.slug == "chuo"
        assert case.parties.get(kind=PartyKind.CONSULTER).name == "見本 うめ"
        before = case.matter.timeline.get(kind="consultation.corrected")
        assert "母の介護のこと" in before.text
        assert "若葉区" in before.text
        assert before.audience == "house"
        assert support.unlock(Client(), number, phrase).status_code == 302, (
            "the passphrase taken home still opens it"
        )

    def test_not_after_somebody_else_has_acted(self, counter: Client, city: Office) -> None:
        number, _ = taken_home(received(counter, typed(counter, place={"ward": "chuo"})))
        other = make_posting(Role.SECTION, office=city)
        triage.take(Consultation.objects.get().pk, by=actor_of(other.person, other))
        response = counter.post(f"{START}{number}/correct/", follow=True)
        assert response.status_code == 404 or "訂正できません" in words(response)
        assert "訂正する" not in words(counter.get(START))

    def test_not_on_the_next_day(self, counter: Client, monday: Any, clerk: Posting, sign_in: Any) -> None:
        number, _ = taken_home(received(counter, typed(counter)))
        monday.shift(dt.timedelta(days=1))
        again = sign_in(clerk.person)
        assert "訂正する" not in words(again.get(START))
        assert "訂正できません" in words(again.post(f"{START}{number}/correct/", follow=True))

    def test_nobody_else_may(self, counter: Client, sign_in: Any, city: Office) -> None:
        number, _ = taken_home(received(counter, typed(counter)))
        colleague = sign_in(make_posting(Role.RECEPTION, office=city).person)
        response = colleague.post(f"{START}{number}/correct/", follow=True)
        assert response.status_code == 404 or "訂正できません" in words(response)


def test_partners_and_residents_have_no_such_page(
    resident_client: Client, as_role: Any, city: Office
) -> None:
    assert resident_client.get(START).status_code == 404
    assert as_role(Role.PARTNER).get(START).status_code == 404
