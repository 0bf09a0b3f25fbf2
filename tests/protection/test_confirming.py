"""Phrases raise, a human confirms, and from that commit on nobody without a seat finds it (DOMAIN §9 R1, R2; C5)."""

import datetime as dt

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from chiba_ward.casework.models import Deadline, SearchTerms
from chiba_ward.compartments.enums import CompartmentKind
from chiba_ward.correspondence.enums import DeliveryState, Medium
from chiba_ward.correspondence.models import Delivery, Notice
from chiba_ward.outbox import services as outbox
from consultations.enums import Flag
from consultations.models import Consultation, Party
from consultations.protection.models import AbuseNotification, Notifier
from consultations.protection.services import confirming
from consultations.protection.services.confirming import HandOff
from consultations.services import closing, conversation, referrals, splitting, triage
from consultations.support import initial as meeting_rows
from consultations.support.enums import MeetingKind
from consultations.support.services import meetings
from consultations.workflow.errors import Refused
from tests.compartments.walls import counted
from tests.protection.support import S2, S6, Ward, by, case_now, desk_of, inside, notice_of, room_of

CHILD = [Flag.ABUSE_CHILD]


def confirm(
    ward: Ward, case: Consultation, kinds: list[Flag] | None = None, **more: object
) -> confirming.Taken:
    return confirming.confirm(case.pk, by=by(ward.clerk), kinds=kinds or CHILD, **more)


def test_a_phrase_raises_and_decides_nothing(ward: Ward) -> None:
    case = ward.case(S2)
    assert case.suspected == ["abuse_child"]
    assert "abuse_child" not in case.flags
    assert case.matter.compartment_id is None
    assert case.desk_office == ward.house.desk
    clock = case.matter.deadlines.running().get(kind="consultation.confirm")
    assert clock.rule.amount == 30
    assert clock.rule.unit == "opening_minutes"


def test_danger_to_life_is_urgent_and_no_compartment(ward: Ward) -> None:
    """S12."""
    case = ward.case(
        {"concern": "年金だけでは家賃が払えない", "body": "正直もう死んでしまいたいと思うことがあります。"}
    )
    assert case.suspected == []
    assert "suicide_risk" in case.flags
    assert case.risk_rank == 1
    assert not case.matter.deadlines.filter(kind="consultation.confirm").exists()


def test_a_young_carer_is_not_made_a_notice_by_machine(ward: Ward) -> None:
    """S10: the person's own wish is kept; staff may still confirm by hand."""
    case = ward.case(
        {
            "concern": "家のことを聞いてほしい",
            "body": "16歳です。弟のごはんと家のことを私がしています。母には言わないでほしいです。",
        }
    )
    assert case.suspected == []
    assert "minor" in case.flags
    confirming.confirm(case.pk, by=by(ward.clerk), kinds=CHILD)
    assert room_of(case) is not None
    assert not Notifier.objects.exists()


def test_confirming_encloses_and_moves(ward: Ward) -> None:
    case = ward.case(S2)
    taken = confirm(ward, case)
    assert taken.number == case.receipt_no
    assert not Consultation.objects.filter(pk=case.pk).exists()
    now = case_now(case)
    assert now.compartment_id == desk_of(ward, CompartmentKind.CHILD_ABUSE).compartment_id
    assert now.desk_office == now.owner_office == ward.section
    assert now.suspected == []
    assert now.protected_at is not None
    assert "abuse_child" in now.flags
    assert notice_of(case).confirmed_by == ward.clerk
    with inside():
        running = {clock.kind: clock for clock in Deadline.objects.running().filter(matter=case.pk)}
    assert set(running) == {"consultation.take", "protection.hand_over", "protection.safety_check"}
    assert {clock.office_id for clock in running.values()} == {ward.section.pk}
    assert running["protection.safety_check"].due_at == case.received_at + dt.timedelta(hours=48)


def test_violence_between_partners_decides_before_a_child(ward: Ward) -> None:
    """S6: one matter, both flags, the compartment of DV; the person herself is no notifier."""
    case = ward.case(S6)
    assert case.suspected == ["dv"]
    confirm(ward, case, [Flag.DV, Flag.ABUSE_CHILD])
    now = case_now(case)
    assert now.compartment_id == desk_of(ward, CompartmentKind.DV).compartment_id
    assert {"dv", "abuse_child"} <= set(now.flags)
    assert notice_of(case).kinds == ["abuse_child", "dv"]
    with inside():
        assert now.parties.get().name == "見本 みどり"
        assert not Notifier.objects.filter(pk=case.pk).exists()
        assert now.matter.contact.forbidden == "夫に知られないこと"


def test_raw_sql_as_the_portal_finds_nothing(ward: Ward) -> None:
    case = ward.case(S2)
    confirm(ward, case, handed=HandOff("児童相談所", "受け手", timezone.now()))
    for table, column in [
        ("protection_abusenotification", "consultation_id"),
        ("protection_notifier", "notification_id"),
        ("consultations_consultation", "matter_id"),
        ("consultations_party", "consultation_id"),
        ("casework_timelineentry", "matter_id"),
        ("correspondence_notice", "matter_id"),
        ("casework_deadline", "matter_id"),
        ("casework_matter", "id"),
    ]:
        assert counted(table, f"{column} = {case.pk}") == 0, table
    with inside():
        assert counted("protection_notifier", f"notification_id = {case.pk}") == 1
        assert not SearchTerms.objects.filter(pk=case.pk).exists()


def test_nothing_leaves_any_more(ward: Ward) -> None:
    """What waited is withdrawn, and no mail, letter or call goes to whoever filed; colleagues with a seat alone are told."""
    case = ward.case(S2)
    assert Delivery.objects.filter(
        notice__matter=case.pk, medium=Medium.EMAIL, state=DeliveryState.HELD
    ).exists()
    outbox.run_pending_now()
    assert mail.outbox == []  # it waits until somebody has read it
    confirm(ward, case)
    with inside():
        to_person = Delivery.objects.filter(notice__matter=case.pk, notice__recipient_kind="citizen")
        assert set(to_person.values_list("state", flat=True)) == {DeliveryState.RECALLED}
    outbox.run_pending_now()
    people = {address for message in mail.outbox for address in message.to}
    assert people == {ward.team.person.email, ward.head.person.email}
    for message in mail.outbox:
        assert case.receipt_no in message.subject
        for word in ("虐待", "保護", "泣き声", "隣野"):
            assert word not in message.subject + message.body


def test_the_notifier_is_set_apart(ward: Ward) -> None:
    case = ward.case(S2)
    confirm(ward, case)
    now = case_now(case)
    with inside():
        apart = Notifier.objects.get(pk=case.pk)
        assert (apart.name, apart.phone, apart.email) == ("隣野 伝子", "0439990001", "tonari@example.test")
        assert apart.relation == "となりの棟の住人"
        assert not now.parties.exists()
        card = now.matter.contact
        assert (card.name, card.email, card.phone, card.may_email, card.preferred) == (
            "",
            "",
            "",
            False,
            "portal",
        )
        assert now.relation == ""


def test_who_says_no_gives_a_reason_and_it_can_be_raised_again(ward: Ward) -> None:
    case = ward.case(S2)
    with pytest.raises(Refused, match="理由"):
        confirming.dismiss(case.pk, by=by(ward.clerk), reason="")
    confirming.dismiss(case.pk, by=by(ward.clerk), reason="テレビの音と分かった")
    case.refresh_from_db()
    assert case.suspected == []
    assert case.matter.compartment_id is None
    assert case.matter.timeline.get(kind="consultation.not_protected").text == "テレビの音と分かった"
    assert not case.matter.deadlines.running().filter(kind="consultation.confirm").exists()
    from chiba_ward.access.actor import Actor

    conversation.message_from_citizen(
        case.pk, by=Actor(matter_id=case.pk), body="きょうは子どもが殴られています。"
    )
    case.refresh_from_db()
    assert case.suspected == ["abuse_child"]
    assert case.matter.deadlines.running().filter(kind="consultation.confirm").exists()


def test_without_a_ward_it_is_asked_and_without_a_section_it_is_told(ward: Ward) -> None:
    case = ward.case(S2, ward=None)
    with pytest.raises(Refused, match="区を選んで"):
        confirming.confirm(case.pk, by=by(ward.clerk), kinds=CHILD)
    other = make_other_ward()
    with pytest.raises(Refused, match="登録されていません"):
        confirming.confirm(case.pk, by=by(ward.clerk), kinds=CHILD, ward=other)
    confirming.confirm(case.pk, by=by(ward.clerk), kinds=CHILD, ward=ward.house.ward)
    assert case_now(case).ward == ward.house.ward


def make_other_ward() -> object:
    from tests.factories import make_ward

    return make_ward("chuo", "中央区")


ACTS = {
    "reply": lambda case, who: conversation.reply(case.pk, by=who, body="返事"),
    "close": lambda case, who: closing.close(case.pk, by=who, outcome="advised"),
    "withdraw": lambda case, who: closing.withdraw(case.pk, by=who),
    "split": lambda case, who: splitting.split(
        case.pk, by=who, chief_concern="別", body="", office=case.desk_office
    ),
    "assign": lambda case, who: triage.assign(case.pk, by=who, office=case.desk_office),
    "watch": lambda case, who: closing.watch(case.pk, by=who),
}


@pytest.mark.parametrize("act", ACTS)
def test_acts_that_tell_or_lead_out_are_closed_to_the_section_too(ward: Ward, act: str) -> None:
    case = ward.case(S2)
    confirm(ward, case)
    from chiba_ward.compartments import services as compartments

    who = by(ward.team)
    with compartments.opened(who), pytest.raises(Refused, match="保護が必要な相談"):
        ACTS[act](case_now(case), who)
    with inside():
        assert not Notice.objects.filter(matter=case.pk, template_key="consultation.reply").exists()


def test_a_partner_who_was_asked_sees_nothing_of_it(ward: Ward) -> None:
    from chiba_ward.directory.enums import Role
    from consultations.models import Referral
    from tests.consultations.referral_support import ground
    from tests.factories import make_office, make_posting

    agency = make_office("見本相談所", routing_code="X", notify_email="agency@example.test")
    partner = make_posting(Role.PARTNER, office=agency)
    case = ward.case(S2)
    triage.take(case.pk, by=by(ward.clerk))
    draft = referrals.draft(
        case.pk,
        by=by(ward.clerk),
        to_office=agency,
        purpose="お願い",
        ground=ground("life"),
        basis_note="急ぐ",
    )
    Referral.objects.filter(pk=draft.pk).update(state="sent", sent_at=timezone.now())
    confirm(ward, case)
    assert not Referral.objects.visible_to(by(partner)).exists()
    with inside():
        assert Referral.objects.get(pk=draft.pk).state == "recalled"


def test_the_database_keeps_a_protected_matter_inside(ward: Ward) -> None:
    case = ward.case(S2)
    with pytest.raises(IntegrityError, match="consultation_protected_is_enclosed"), transaction.atomic():
        Consultation.objects.filter(pk=case.pk).update(protected_at=timezone.now(), suspected=[])
    with pytest.raises(IntegrityError, match="consultation_suspected_of_what"), transaction.atomic():
        Consultation.objects.filter(pk=case.pk).update(suspected=["minor"])
    confirm(ward, case)
    with inside():
        for change in ({"handed_at": timezone.now()}, {"state": "handed_off"}):
            with pytest.raises(IntegrityError, match="notification_handed_off"), transaction.atomic():
                AbuseNotification.objects.filter(pk=case.pk).update(**change)
    assert connection.is_usable()


def test_staff_do_not_flag_it_past_the_question(ward: Ward) -> None:
    case = ward.case({"concern": "ふつうの相談", "body": ""})
    triage.take(case.pk, by=by(ward.clerk))
    with pytest.raises(Refused, match="保護が必要かを確かめる"):
        triage.set_fields(case.pk, by=by(ward.clerk), fields=[], flags=["dv"], applies_intent="")


@pytest.mark.parametrize(
    ("kind", "kept"), [(Flag.DV, set()), (Flag.ABUSE_CHILD, {DeliveryState.BLOCKED})], ids=["held", "sealed"]
)
def test_a_mail_that_comes_back_becomes_no_letter(ward: Ward, kind: Flag, kept: set[DeliveryState]) -> None:
    """It had left before anybody confirmed; its way back opens no other way to the home: of a held person none is even
    looked for."""
    from chiba_ward.correspondence import notices, trouble

    at_home = {
        "preferred": "email",
        "email": "home@example.test",
        "may_email": True,
        "may_write": True,
        "address": "見本町1",
    }
    case = ward.case({**S6, "contact": at_home})
    Delivery.objects.filter(notice__matter=case.pk, medium=Medium.EMAIL).update(state=DeliveryState.SENT)
    confirm(ward, case, [kind])
    with inside():
        mailed = Delivery.objects.get(
            notice__matter=case.pk, medium=Medium.EMAIL, notice__recipient_kind="citizen"
        )
        trouble.fall_back(mailed)
        told = notices.tell_citizen(case_now(case).matter, "consultation.reply", office=ward.section)
        letters = Delivery.objects.filter(notice__matter=case.pk, medium=Medium.LETTER)
        assert set(letters.values_list("state", flat=True)) == kept
        pushed = told.deliveries.exclude(medium=Medium.PORTAL)
        assert set(pushed.values_list("state", flat=True)) <= {DeliveryState.BLOCKED}
        assert not Delivery.objects.filter(state__in=[DeliveryState.TO_PRINT, DeliveryState.TO_CALL]).exists()


def test_whoever_told_and_was_discussed_stays_without_a_name(ward: Ward) -> None:
    """A mother asked for her child and was the subject of a meeting: what her words meant is confirmed afterwards."""
    meeting_rows.load()
    case = ward.case({**S2, "consultant_kind": "family", "relation": "母"})
    triage.take(case.pk, by=by(ward.clerk))
    told = case.parties.get(kind="consulter")
    meeting = meetings.plan(
        case.pk, by=by(ward.clerk), kind=MeetingKind.STATUTORY, purpose="世帯の支え方", starts_at=timezone.now(),
        place="会議室",
    )  # fmt: skip
    meetings.add_subject(meeting.pk, by=by(ward.clerk), party=told)
    confirm(ward, case, [Flag.ABUSE_CHILD])
    with inside():
        stays = Party.objects.get(pk=told.pk)
        assert {stays.name, stays.kana, stays.phone, stays.address, stays.relation} == {""}
        assert stays.discussed_in.get().meeting == meeting
        assert Notifier.objects.get(notification=case.pk).name == "隣野 伝子"
