"""C12 and 組織改正: March's acts keep March's names on screen, paper and PDF; nothing of an abolished section is dropped."""

import datetime as dt
import io
from typing import Any

import pypdf
import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from chiba_ward.access.actor import Actor
from chiba_ward.casework.models import Deadline, Draft
from chiba_ward.casework.opening_hours import TOKYO
from chiba_ward.correspondence.models import Delivery
from chiba_ward.directory import succession, tasks
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Office, Posting
from chiba_ward.directory.services import abolish_office, rename_office
from chiba_ward.documents import services as documents
from chiba_ward.outbox import services as outbox
from consultations import choices
from consultations.models import Consultation, Referral
from consultations.services import closing, conversation, referrals, triage
from tests.conftest import SignIn
from tests.consultations import referral_support, staff_support
from tests.factories import make_office, make_posting

pytestmark = pytest.mark.django_db
MARCH = dt.datetime(2027, 3, 10, 10, 0, tzinfo=TOKYO)
APRIL = dt.datetime(2027, 4, 1, 9, 0, tzinfo=TOKYO)
FIRST = APRIL.date()
OLD, NEW = "高齢障害支援課", "福祉あんしん課"


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(MARCH, tick=True) as moved:
        yield moved


def text_of(client: Client, route: str, *args: Any) -> str:
    answer = client.get(reverse(route, args=args))
    assert answer.status_code == 200
    return str(answer.content.decode())


def pdf_text(data: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


class March:
    """A case that the section took, answered, handed on and closed in March; one that is still open."""

    def __init__(self) -> None:
        self.world = referral_support.make_world()
        self.house = staff_support.make_house("wakaba")  # a ward of its own: each has one desk
        self.worker = staff_support.by(self.house.worker)
        self.closed, self.open = (self._case(concern) for concern in ("終わる相談", "続く相談"))
        closing.close(self.closed.pk, by=self.worker, outcome="advised", note="窓口を案内した")

    def _case(self, concern: str) -> Consultation:
        case = self.house.case(
            concern, contact={"preferred": "letter", "address": "見本町1-1", "may_write": True}
        )
        desk = staff_support.by(self.house.clerk)
        triage.assign(case.pk, by=desk, office=self.house.section)
        triage.take(case.pk, by=self.worker)
        conversation.reply(case.pk, by=self.worker, body="お返事です。")
        outbox.run_pending_now()
        return staff_support.fresh(case)


@pytest.fixture
def march(clock: Any) -> March:
    return March()


def test_c12_a_renamed_section_keeps_its_old_name_in_what_it_did_before(
    march: March, clock: Any, sign_in: SignIn
) -> None:
    """Screen, print and PDF of both cases in April."""
    paper = documents.request(
        "consultation_receipt", title="受付票", matter=march.closed.matter, by=march.worker
    )
    rename_office(march.house.desk, "くらし支援総務課", FIRST, source="試験")
    rename_office(march.house.section, NEW, FIRST, source="試験")
    clock.move_to(APRIL)
    choices.forget()
    client = sign_in(march.house.worker.person)
    conversation.reply(march.open.pk, by=_again(march.house.worker), body="四月のお返事です。")
    for route in ("staff:case", "staff:case_print"):
        page = text_of(client, route, march.closed.receipt_no)
        main = page[page.index("content-main") :]
        done = "".join(line for line in main.splitlines() if " 印刷" not in line)  # who prints it today
        assert NEW not in done, "nothing that was done in March bears April's name"
        assert main.count(OLD) >= 3
        still = text_of(client, route, march.open.receipt_no)
        assert f"<dd>{NEW}" in still, "who has an open case today is called as today"
        assert OLD in still
    documents.make(paper.pk)
    paper.refresh_from_db()
    with paper.blob.open() as file:
        printed = pdf_text(file.read())
    assert "総務課" in printed
    assert "くらし支援総務課" not in printed


def _again(posting: Posting) -> Actor:
    return staff_support.by(Posting.objects.get(pk=posting.pk))


# --- merged


@pytest.fixture
def merged(march: March, clock: Any) -> Office:
    """The section goes into another on 1 April; entered in March."""
    heir = make_office(NEW, ward=march.house.ward)
    make_posting(Role.SECTION, office=heir)
    Draft.objects.create(
        kind="consultation", posting=march.house.worker, expires_at=APRIL + dt.timedelta(days=30)
    )
    abolish_office(march.house.section, heir, FIRST)
    assert staff_support.fresh(march.open).desk_office == march.house.section, "in March nothing moves"
    clock.move_to(APRIL)
    choices.forget()
    return heir


def test_the_work_of_a_merged_section_goes_on_with_its_successor(
    march: March, merged: Office, sign_in: SignIn
) -> None:
    assert tasks.take_over() > 0
    case = staff_support.fresh(march.open)
    assert (case.desk_office, case.owner_office) == (merged, merged)
    person = march.house.worker.person
    seat = Posting.objects.active_on().get(person=person)
    assert seat.post.office == merged
    assert case.assignee == seat, "the same person goes on with it"
    running = Deadline.objects.running().filter(matter=case.matter)
    assert running.exists()
    assert set(running.values_list("office", flat=True)) == {merged.pk}
    assert Draft.objects.get().posting == seat
    letters = Delivery.objects.filter(notice__matter=case.matter, medium="letter")
    assert letters.exists()
    assert merged.pk in letters.values_list("office", flat=True)
    assert march.house.section.pk not in letters.values_list("office", flat=True)
    client = sign_in(person)
    page = text_of(client, "staff:case", case.receipt_no)
    assert f"組織改正により、{OLD}から{NEW}が引き継いだ" in page
    assert OLD in page
    assert case.receipt_no in text_of(client, "staff:queue")
    conversation.reply(case.pk, by=staff_support.by(seat), body="続けてお返事します。")


def test_what_ended_in_march_is_read_printed_and_reopened_where_the_work_is_now(
    march: March, merged: Office, sign_in: SignIn
) -> None:
    tasks.take_over()
    seat = Posting.objects.active_on().get(person=march.house.worker.person)
    client = sign_in(seat.person)
    printed = text_of(client, "staff:case_print", march.closed.receipt_no)
    assert f"<div><dt>主担当</dt><dd>{OLD}" in printed
    closing.reopen(march.closed.pk, by=staff_support.by(seat))
    case = staff_support.fresh(march.closed)
    assert case.desk_office == merged
    assert f"<div><dt>主担当</dt><dd>{NEW}" in text_of(client, "staff:case_print", case.receipt_no)


def test_taking_over_twice_is_once(march: March, merged: Office) -> None:
    assert tasks.take_over() > 0
    lines = march.open.matter.timeline.count()
    assert tasks.take_over() == 0
    assert march.open.matter.timeline.count() == lines


def test_what_arrives_late_is_taken_over_too(march: March, merged: Office) -> None:
    tasks.take_over()
    late = staff_support.fresh(march.open)
    Consultation.objects.filter(pk=late.pk).update(desk_office=march.house.section)
    assert tasks.take_over() == 1
    assert staff_support.fresh(late).desk_office == merged


def test_pointers_and_routes_lead_to_the_successor(march: March, merged: Office) -> None:
    below = make_office(
        "見本係", ward=march.house.ward, parent=march.house.section, escalates_to=march.house.section
    )
    tasks.take_over()
    below.refresh_from_db()
    assert (below.parent, below.escalates_to) == (merged, merged)
    from chiba_ward.directory import selectors

    assert selectors.office_for("KOREI", march.house.ward) == merged


def test_a_desk_hands_on_its_duty_for_what_has_no_owner(march: March, clock: Any) -> None:
    heir = make_office("くらし支援総務課", ward=march.house.ward)
    clock.move_to(APRIL)
    abolish_office(march.house.desk, heir, FIRST)
    assert Office.objects.get(pk=heir.pk).is_triage_desk
    assert not Office.objects.get(pk=march.house.desk.pk).is_triage_desk


# --- つなぎ


def test_a_referral_is_answered_by_whoever_took_over_and_keeps_the_name_it_was_sent_to(
    march: March, clock: Any, sign_in: SignIn
) -> None:
    world = march.world
    referral = referral_support.sent(world, world.agency)
    name = world.agency.name_on(MARCH.date())
    heir = make_office("見本総合支援センター", kind=world.agency.kind)
    abolish_office(world.agency, heir, FIRST)
    clock.move_to(APRIL)
    tasks.take_over()
    referral = Referral.objects.get(pk=referral.pk)
    assert referral.to_office == heir
    assert referral.to_name == name
    seat = Posting.objects.active_on().get(person=world.worker.person)
    assert seat.post.office == heir
    referrals.accept(
        referral.pk,
        by=staff_support.by(seat),
        name="見本 次郎",
        first_contact_on=FIRST + dt.timedelta(days=1),
    )
    clerk = sign_in(world.clerk.person)
    case = Referral.objects.get(pk=referral.pk).consultation
    assert name in text_of(clerk, "staff:referral_detail", case.receipt_no, referral.sequence)
    assert name in text_of(clerk, "staff:case", case.receipt_no)
    assert name in clerk.get(reverse("staff:referrals_placed"), {"tab": "all"}).content.decode()
    assert case.owner_office == heir


def test_a_referral_between_two_that_become_one_comes_home(march: March, clock: Any) -> None:
    world = march.world
    referral = referral_support.sent(world, world.agency)
    clock.move_to(APRIL)
    abolish_office(world.agency, world.desk, FIRST)
    referral = Referral.objects.get(pk=referral.pk)
    assert referral.state == "recalled"
    assert Consultation.objects.get(pk=world.case.pk).is_open
    assert (
        not Deadline.objects.running()
        .filter(matter=world.case.matter, kind__startswith="referral.answer")
        .exists()
    )


# --- what is refused


def test_a_successor_must_be_there_and_must_not_lead_back(march: March, clock: Any) -> None:
    house = march.house
    later = make_office("あとの課", ward=house.ward)
    later.versions.update(valid_from=FIRST + dt.timedelta(days=365))
    with pytest.raises(ValidationError, match="その日にはありません"):
        abolish_office(house.section, Office.objects.get(pk=later.pk), FIRST)
    heir = make_office(NEW, ward=house.ward)
    abolish_office(house.section, heir, FIRST)
    with pytest.raises(ValidationError):
        abolish_office(house.section, house.desk, FIRST)
    assert succession.successor_of(Office.objects.get(pk=house.section.pk), FIRST) == heir
    assert succession.successor_of(Office.objects.get(pk=house.section.pk)) is None


def test_the_administrator_enters_it_on_a_page_that_says_what_happens(
    march: March, as_role: SignIn, clock: Any
) -> None:
    heir = make_office(NEW, ward=march.house.ward)
    client = as_role(Role.SYSTEM_ADMIN)
    address = reverse("admin:directory_office_changelist")
    action = {"action": "abolish", "_selected_action": [str(march.house.section.pk)]}
    page = client.post(address, action).content.decode()
    assert "取り消しはできません" in page
    assert "を引き継ぐ課" in page
    day = {"on_era": "令和", "on_year": "9", "on_month": "4", "on_day": "1", "on": "2027-04-01"}
    done = client.post(
        address, {**action, **day, "confirmed": "1", f"heir_{march.house.section.pk}": heir.pk}, follow=True
    )
    assert "1件の廃止・統合を入れました" in done.content.decode()
    assert Office.objects.get(pk=march.house.section.pk).successor == heir
