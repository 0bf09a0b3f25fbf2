"""区の間の移管: nothing moves until a person accepts by name; then everything does, and the sender sees nothing more."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from chiba_ward.casework import my_work
from chiba_ward.compartments import services as compartments
from chiba_ward.correspondence.models import Delivery
from chiba_ward.directory.enums import Role
from chiba_ward.outbox import services as outbox
from consultations.centre.enums import Category, TransferState
from consultations.centre.models import CaseTransfer, ChildSupportPlan, ProgressEntry
from consultations.centre.services import entries, transfers
from consultations.models import Consultation, Referral
from consultations.protection.services import confirming
from consultations.services import closing, referrals, suspicion, triage
from consultations.services.base import locked_case
from consultations.support.enums import MeetingKind
from consultations.support.models import DutyGround, Meeting
from consultations.support.services import meetings
from consultations.workflow.errors import Refused
from tests.centre import sections as world
from tests.centre.sections import Sections, browser
from tests.factories import make_office, make_posting, make_ward
from tests.guards.plugins.furnish import _hold


def fresh(row: Any) -> Any:
    return type(row)._default_manager.get(pk=row.pk)


def test_until_then_the_sender_stays_and_the_receiver_sees_the_sheet_alone(wards: Sections) -> None:
    entry = world.registered(wards)
    transfer = world.asked(wards, entry)
    assert fresh(wards.case).desk_office == wards.desk
    assert not Consultation.objects.visible_to(wards.there).exists()
    assert not ProgressEntry.objects.visible_to(wards.there).exists()
    client = browser(wards.receiver)
    page = client.get(reverse("centre:transfer", args=[transfer.pk])).content.decode()
    assert world.REASON in page
    assert "要支援" in page
    assert "見本 かけた人 から 見本 受けた人 へ" in page
    assert world.MOTHER not in page
    assert world.CONCERN not in page
    for view, args in (
        ("staff:case", [wards.case.receipt_no]),
        ("centre:entry", [entry.pk]),
    ):
        assert client.get(reverse(view, args=args)).status_code == 404
    assert str(transfer.pk) in client.get(reverse("centre:transfers")).content.decode()
    [work] = [one for one in my_work.groups_for(wards.there) if one.key == "centre.transfers"]
    assert (work.count, work.items[0].label) == (1, wards.case.receipt_no)
    for posting in (wards.stranger, wards.elder):
        assert browser(posting).get(reverse("centre:transfer", args=[transfer.pk])).status_code == 404


def test_accepted_by_name_everything_goes(wards: Sections) -> None:
    entry = world.registered(wards)
    plan = world.drafted(wards, entry)
    transfer = world.asked(wards, entry)
    transfers.accept(transfer.pk, by=wards.there)
    case, moved, row = fresh(wards.case), fresh(entry), fresh(transfer)
    assert (case.ward, case.desk_office, case.owner_office) == (
        wards.other_ward,
        wards.other_desk,
        wards.other_desk,
    )
    assert (case.assignee, case.state, case.town) == (wards.receiver, "in_progress", None)
    assert (moved.office, moved.lead, moved.next_on) == (wards.other_desk, wards.other_desk, entry.next_on)
    assert (row.accepted_by, row.state) == (wards.receiver, TransferState.ACCEPTED)
    assert row.accepted_at is not None
    assert ChildSupportPlan.objects.visible_to(wards.there).get() == plan
    running = set(case.matter.deadlines.running().values_list("office", flat=True))
    assert running <= {wards.other_desk.pk}
    # The sender's rights end with the next request.
    client = browser(wards.clerk)
    for view, args in (
        ("staff:case", [case.receipt_no]),
        ("centre:entry", [entry.pk]),
        ("centre:plan", [plan.pk]),
        ("centre:transfer", [transfer.pk]),
    ):
        assert client.get(reverse(view, args=args)).status_code == 404, view
        assert browser(wards.receiver).get(reverse(view, args=args)).status_code == 200, view
    assert not CaseTransfer.objects.visible_to(wards.by).exists()


def test_a_lead_of_somebody_else_stays(wards: Sections) -> None:
    """The child consultation office of the prefecture goes on leading wherever the family lives."""
    office = make_office("児童相談所")
    entry = world.registered(wards, lead=office)
    transfers.accept(world.asked(wards, entry).pk, by=wards.there)
    assert fresh(entry).lead == office


def test_what_stands_beside_the_case_goes_along(wards: Sections) -> None:
    """つなぎ, meetings and letters that the sender kept are the receiver's, and out of the sender's sight."""
    entry = world.registered(wards)
    agency = _agency()
    referral = referrals.draft(wards.case.pk, by=wards.by, to_office=agency, purpose="訪ねてほしい")
    meeting = _fixed_meeting(wards, agency)
    transfers.accept(world.asked(wards, entry).pk, by=wards.there)
    assert fresh(referral).from_office == wards.other_desk
    assert not Referral.objects.visible_to(wards.by).exists()
    assert not Meeting.objects.visible_to(wards.by).exists()
    moved = fresh(meeting)
    assert (moved.office, moved.state) == (wards.other_desk, "planned")
    assert moved.members.get(office=wards.desk).ended_at is not None
    assert Meeting.objects.visible_to(wards.there).get() == meeting
    assert not Delivery.objects.filter(notice__matter=wards.case.matter, office=wards.desk).exclude(
        notice__template_key=transfers.ANSWERED
    )


def _agency() -> Any:
    agency = make_office("見本機関", kind="agency", notify_email="agency@example.test")
    make_posting(Role.PARTNER, office=agency)
    return agency


def _fixed_meeting(wards: Sections, agency: Any) -> Meeting:
    meeting = meetings.plan(
        wards.case.pk,
        by=wards.by,
        kind=MeetingKind.CHILD_COUNCIL,
        purpose="話し合う",
        starts_at=timezone.now() + dt.timedelta(days=2),
        place="会議室",
    )
    duty = DutyGround.objects.get(code="child-council")
    for office in (wards.desk, agency):
        meetings.add_member(
            meeting.pk,
            by=wards.by,
            office=office,
            name="見本 出席",
            job_title="担当",
            duty=duty,
            pledged_on=timezone.localdate(),
            pledge_method="written",
        )
    meetings.fix_members(meeting.pk, by=wards.by)
    return meeting


def test_a_referral_that_waits_its_five_minutes_is_not_torn_away(wards: Sections) -> None:
    entry = world.registered(wards)
    transfer = world.asked(wards, entry)
    _hold(wards.case, wards.by, _agency())
    with pytest.raises(Refused, match="5分たっていない"):
        transfers.accept(transfer.pk, by=wards.there)
    assert fresh(wards.case).desk_office == wards.desk
    assert fresh(transfer).state == TransferState.ASKED


@pytest.mark.parametrize(
    ("category", "told"), [(Category.SUPPORT, True), (Category.EXPECTANT, True), (Category.PROTECTION, False)]
)
def test_what_the_person_reads_of_it(wards: Sections, category: str, told: bool) -> None:
    """Of a child to be protected nothing: whoever filed may live with whom the child is protected from."""
    entry = world.registered(wards, category=category)
    before = wards.case.matter.timeline.filter(audience="citizen").count()
    transfers.accept(world.asked(wards, entry).pk, by=wards.there)
    lines = wards.case.matter.timeline.filter(audience="citizen")
    assert lines.count() - before == int(told)
    assert not lines.filter(kind__startswith="centre.").exists()
    assert not wards.case.matter.notices.filter(recipient_kind="citizen").exclude(
        template_key="consultation.received"
    )


def test_mails_say_the_number_and_nothing_else(wards: Sections) -> None:
    entry = world.registered(wards)
    mail.outbox.clear()
    transfer = world.asked(wards, entry)
    outbox.run_pending_now()
    transfers.accept(transfer.pk, by=wards.there)
    outbox.run_pending_now()
    to = [address for one in mail.outbox for address in one.to]
    assert to == ["midori@example.test", "wakaba@example.test"]
    for one in mail.outbox:
        assert wards.case.receipt_no in one.subject
        assert not any(word in one.body for word in (world.REASON, world.MOTHER, "要支援", "検印"))


def test_returned_with_a_reason(wards: Sections) -> None:
    entry = world.registered(wards)
    transfer = world.asked(wards, entry)
    client = browser(wards.receiver)
    address = reverse("centre:transfer_act", args=[transfer.pk, "give_back"])
    refused = client.post(address, {"give_back-reason": ""})
    assert refused.status_code == 422
    assert "返す理由を入力してください" in refused.content.decode()
    answer = client.post(address, {"give_back-reason": "転居先が違う検印"})
    assert answer.headers["Location"] == reverse("centre:transfers")
    row = fresh(transfer)
    assert (row.state, row.returned_by) == (TransferState.RETURNED, wards.receiver)
    assert fresh(wards.case).desk_office == wards.desk
    assert client.get(reverse("centre:transfer", args=[transfer.pk])).status_code == 404
    page = browser(wards.clerk).get(reverse("centre:transfer", args=[transfer.pk])).content.decode()
    assert "転居先が違う検印" in page
    assert world.asked(wards, entry).pk != transfer.pk


def test_withdrawn_by_the_sender(wards: Sections) -> None:
    transfer = world.asked(wards, world.registered(wards))
    for name in ("accept", "give_back"):
        address = reverse("centre:transfer_act", args=[transfer.pk, name])
        assert browser(wards.clerk).post(address, {f"{name}-sure": "on"}).status_code == 404
    address = reverse("centre:transfer_act", args=[transfer.pk, "withdraw"])
    assert browser(wards.receiver).post(address).status_code == 404
    assert browser(wards.clerk).post(address).status_code == 302
    assert fresh(transfer).withdrawn_by == wards.clerk
    assert not CaseTransfer.objects.visible_to(wards.there).exists()
    with pytest.raises(CaseTransfer.DoesNotExist):
        transfers.accept(transfer.pk, by=wards.there)
    again = browser(wards.clerk).post(address)
    assert again.status_code == 409
    assert "この操作はもうできません" in again.content.decode()


def test_a_tick_is_asked_before_the_name_is_given(wards: Sections) -> None:
    transfer = world.asked(wards, world.registered(wards))
    address = reverse("centre:transfer_act", args=[transfer.pk, "accept"])
    refused = browser(wards.receiver).post(address, {})
    assert refused.status_code == 422
    assert "電話の引き継ぎを確かめて、印を付けてください。" in refused.content.decode()
    done = browser(wards.receiver).post(address, {"accept-sure": "on"})
    assert done.headers["Location"] == reverse("centre:transfer", args=[transfer.pk])
    page = browser(wards.receiver).get(done.headers["Location"]).content.decode()
    assert str(wards.receiver.person) in page


def test_asking_is_refused_in_words_and_keeps_them(wards: Sections) -> None:
    entry = world.registered(wards)
    address = reverse("centre:act", args=[entry.pk, "transfer"])
    data = {
        "transfer-ward": "midori",
        "transfer-reason": world.REASON,
        "transfer-caller": "見本 かけた人",
        "transfer-called": "見本 受けた人",
        "transfer-called_at": "10:00",
        **world.day("transfer-called_on", world.in_days(2)),
    }
    client = browser(wards.clerk)
    answer = client.post(address, data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "電話した日時は、今までの日時にしてください。" in page
    assert world.REASON in page
    missing = client.post(address, data | {"transfer-called": ""}).content.decode()
    assert "電話を受けた人（受け入れる区の課）を入力してください" in missing
    data |= world.day("transfer-called_on", world.in_days(-1))
    assert client.post(address, data).status_code == 302
    assert "すでに移管を頼んでいて" in client.post(address, data).content.decode()
    opened = client.get(reverse("centre:entry", args=[CaseTransfer.objects.get().entry_id])).content.decode()
    assert "移管の返事を待っています" in opened
    assert "移管を頼む" not in opened
    assert CaseTransfer.objects.count() == 1


def test_only_to_another_ward_that_has_a_section(wards: Sections) -> None:
    entry = world.registered(wards)
    with pytest.raises(Refused, match="自分の課には移管できません") as refused:
        world.asked(wards, entry, ward=wards.ward)
    assert refused.value.field == "ward"
    with pytest.raises(Refused, match="受け持つ課が登録されていません"):
        world.asked(wards, entry, ward=make_ward("chuo", "中央区"))


def test_who_may_not_ask_or_answer(wards: Sections) -> None:
    entry = world.registered(wards)
    given = {"reason": "x", "caller": "x", "called": "x", "called_at": timezone.now()}
    for other in (wards.there, wards.foreigner, world.act_as(wards.elder)):
        with pytest.raises(ProgressEntry.DoesNotExist):
            transfers.ask(entry.pk, by=other, ward=wards.other_ward, **given)
    transfer = world.asked(wards, entry)
    for other in (wards.by, wards.foreigner, world.act_as(wards.elder)):
        with pytest.raises(CaseTransfer.DoesNotExist):
            transfers.accept(transfer.pk, by=other)


# --- what cannot be moved


def test_a_case_in_a_compartment_is_not_moved(wards: Sections) -> None:
    entry = world.registered(wards)
    confirming.confirm(wards.case.pk, by=wards.by, kinds=["abuse_child"])
    with compartments.opened(wards.by), pytest.raises(Refused, match="区画にある相談"):
        world.asked(wards, entry)


def test_a_transfer_ends_when_the_case_moves_into_a_compartment(wards: Sections) -> None:
    transfer = world.asked(wards, world.registered(wards))
    confirming.confirm(wards.case.pk, by=wards.by, kinds=["abuse_child"])
    assert not CaseTransfer.objects.filter(pk=transfer.pk).exists()  # behind the wall
    assert [one.count for one in my_work.groups_for(wards.there) if one.key == "centre.transfers"] == [0]
    with compartments.opened(wards.by):
        row = CaseTransfer.objects.get(pk=transfer.pk)
        assert (row.state, row.withdrawn_by) == (TransferState.WITHDRAWN, wards.clerk)
        assert ProgressEntry.objects.visible_to(wards.by).get() == row.entry
    assert not ProgressEntry.objects.exists()
    assert not ProgressEntry.objects.visible_to(wards.there).exists()


def test_what_nobody_has_confirmed_is_confirmed_first(wards: Sections) -> None:
    entry = world.registered(wards)
    transfer = world.asked(wards, entry)
    with locked_case(wards.case.pk, by=wards.by) as case:
        suspicion.suspect(case, ["abuse_child"])
    with pytest.raises(Refused, match="おそれが確かめられていません"):
        transfers.accept(transfer.pk, by=wards.there)
    transfers.withdraw(transfer.pk, by=wards.by)
    with pytest.raises(Refused, match="おそれが確かめられていません"):
        world.asked(wards, entry)


def test_a_case_that_ended_or_went_elsewhere_is_not_moved(wards: Sections) -> None:
    entry = world.registered(wards)
    transfer = world.asked(wards, entry)
    health = make_office("健康課", ward=wards.ward)
    triage.assign(wards.case.pk, by=wards.by, office=health)
    with pytest.raises(Refused, match="ほかの課がこの相談を預かっています"):
        transfers.accept(transfer.pk, by=wards.there)
    other = world.registered(wards, case=world.filed(wards.ward, wards.clerk))
    second = world.asked(wards, other)
    closing.withdraw(other.consultation_id, by=wards.by, reason="本人の申し出")
    with pytest.raises(Refused, match="終わった相談は、移管できません"):
        transfers.accept(second.pk, by=wards.there)
    assert fresh(second).state == TransferState.ASKED


def test_an_entry_that_has_ended_is_not_moved(wards: Sections) -> None:
    entry = world.registered(wards)
    entries.end(entry.pk, by=wards.by, reason="age")
    with pytest.raises(Refused, match="台帳から外した"):
        world.asked(wards, entry)


# --- the database itself


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("transfer_accepted_by_name", {"state": "accepted"}),
        ("transfer_accepted_by_name", {"state": "accepted", "accepted_at": timezone.now()}),
        ("transfer_accepted_by_name", {"accepted_at": timezone.now()}),
        ("transfer_returned_with_reason", {"state": "returned", "returned_at": timezone.now()}),
        ("transfer_withdrawn_at_a_time", {"state": "withdrawn"}),
        ("transfer_after_a_telephone_call", {"called": ""}),
        ("transfer_after_a_telephone_call", {"called_at": timezone.now() + dt.timedelta(days=1)}),
    ],
)
def test_the_database_refuses_half_an_answer(wards: Sections, name: str, fields: dict[str, Any]) -> None:
    transfer = world.asked(wards, world.registered(wards))
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        CaseTransfer.objects.filter(pk=transfer.pk).update(**fields)


def test_the_database_refuses_two_at_once_and_ones_own_section(wards: Sections) -> None:
    transfer = world.asked(wards, world.registered(wards))
    with pytest.raises(IntegrityError, match="transfer_to_another_section"), transaction.atomic():
        CaseTransfer.objects.filter(pk=transfer.pk).update(to_office=wards.desk)
    twin = CaseTransfer.objects.get(pk=transfer.pk)
    twin.pk = None
    twin.reason = "もう一度"
    with pytest.raises(IntegrityError, match="transfer_once_at_a_time"), transaction.atomic():
        twin.save(force_insert=True)
