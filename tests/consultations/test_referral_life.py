"""つなぎ from draft to outcome, as the services keep it (C2, C12, J5)."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from chiba_ward.access.actor import actor_of
from chiba_ward.casework import deadlines
from chiba_ward.casework.models import Deadline, TimelineEntry
from chiba_ward.casework.sentences import sentence
from chiba_ward.directory.enums import OfficeKind, Role
from chiba_ward.outbox import services as outbox
from consultations.enums import ReferralState, State
from consultations.models import Consultation, Referral
from consultations.services import closing, referrals
from consultations.services.referrals import preparing
from consultations.workflow.errors import Refused
from tests.consultations import referral_support as support
from tests.factories import make_office, make_posting

pytestmark = pytest.mark.django_db
S = ReferralState


def lines(case: Consultation, language: str = "ja") -> list[str]:
    return [sentence(entry, language) for entry in case.matter.timeline.for_citizen()]


def test_the_whole_way_with_the_same_state_on_every_side() -> None:
    with time_machine.travel(support.MONDAY, tick=False) as clock:
        world = support.make_world()
        referral = support.held(world)
        assert referral.release_at == support.MONDAY + dt.timedelta(minutes=5)
        assert not Referral.objects.visible_to(world.partner).exists()
        assert support.fresh(world.case).state == State.RECEIVED
        outbox.run_pending_now()
        assert support.fresh(referral).state == S.HELD
        assert not support.mails_to("agency@example.test")

        clock.shift(dt.timedelta(minutes=5))
        outbox.run_pending_now()
        referral = support.fresh(referral)
        assert referral.state == S.SENT
        assert support.fresh(world.case).state == State.REFERRED
        assert support.fresh(world.case).owner_office == world.desk
        (waiting,) = support.mails_to("agency@example.test")
        assert f"/partner/referrals/{referral.pk}/" in waiting.body
        assert not any(word in waiting.body + waiting.subject for word in ("黄雀", "金糸雀", "7788"))
        assert (
            lines(world.case)[-1] == "5/11 にあんしんケアセンター見本へお願いしました。返事を待っています。"
        )
        assert "おねがいしました" in lines(world.case, "ja-easy")[-1]
        assert lines(world.case, "en")[-1].startswith("11 May: we asked")

        referrals.acknowledge(referral.pk, by=world.partner)
        referrals.accept(
            referral.pk, by=world.partner, name="受手 一郎", first_contact_on=dt.date(2026, 5, 15)
        )
        case = support.fresh(world.case)
        assert (case.owner_office, case.desk_office) == (world.agency, world.desk)
        assert case.state == State.REFERRED
        assert (
            lines(case)[-1]
            == "5/11 にあんしんケアセンター見本の担当者が受けました。5/15までに連絡があります。"
        )
        contact = Deadline.objects.running().get(kind="referral.contact")
        assert timezone.localdate(contact.started_at) == dt.date(2026, 5, 15)
        assert not Deadline.objects.running().filter(kind="referral.answer").exists()

        clock.shift(dt.timedelta(days=1))
        referrals.contact_made(referral.pk, by=world.partner)
        assert support.fresh(world.case).state == State.CONNECTED
        referrals.report_outcome(
            referral.pk, by=world.partner, done="訪問した", result="介護申請", continues=False, next_step=""
        )
        referral = support.fresh(referral)
        assert referral.state == S.OUTCOME_REPORTED
        assert not Referral.objects.visible_to(world.partner).exists()
        assert Referral.objects.visible_to(world.sender).filter(pk=referral.pk).exists()
        assert not Deadline.objects.running().filter(kind__startswith="referral.").exists()


def test_the_owner_stays_until_accepted_and_a_refusal_needs_reason_and_place() -> None:
    """C2."""
    world = support.make_world()
    referral = support.sent(world)
    assert support.fresh(world.case).owner_office == world.desk
    with pytest.raises(Refused, match="理由") as refused:
        referrals.decline(referral.pk, by=world.partner, reason="", better_place="別の所")
    assert refused.value.field == "decline_reason"
    with pytest.raises(Refused, match="ほかに合う先"):
        referrals.decline(referral.pk, by=world.partner, reason="圏域の外")
    assert support.fresh(referral).state == S.SENT

    referrals.decline(referral.pk, by=world.partner, reason="圏域の外", better_office=world.by_link)
    case = support.fresh(world.case)
    assert (case.state, case.owner_office) == (State.IN_PROGRESS, world.desk)
    assert case.risk_rank == 1
    redirect = Deadline.objects.running().get(kind="referral.redirect")
    assert case.due_at <= redirect.due_at
    outbox.run_pending_now()
    assert any("受理できません" in message.subject for message in support.mails_to("desk@example.test"))
    assert not Referral.objects.visible_to(world.partner).exists()

    referrals.release(support.held(world, world.by_link).pk)
    case = support.fresh(world.case)
    assert case.risk_rank == 3
    assert not Deadline.objects.running().filter(kind="referral.redirect").exists()


def test_march_prints_the_name_of_march() -> None:
    """C12: the timeline keeps the words of the day; the sheet asks for the name of the day of sending."""
    from chiba_ward.documents.models import Document
    from consultations.documents_referral import sheet_context

    with time_machine.travel(dt.datetime(2027, 3, 30, 10, 0, tzinfo=support.TOKYO), tick=False) as clock:
        world = support.make_world()
        referral = support.sent(world)
        version = world.agency.versions.get()
        version.valid_to = dt.date(2027, 4, 1)
        version.save()
        world.agency.versions.create(name="あんしんケアセンター新名", valid_from=dt.date(2027, 4, 1))
        clock.move_to(dt.datetime(2027, 4, 2, 10, 0, tzinfo=support.TOKYO))
        referral = support.fresh(referral)
        assert referral.to_office.name_on(timezone.localdate()) == "あんしんケアセンター新名"
        assert "あんしんケアセンター見本へ" in lines(world.case)[-1]
        context = sheet_context(referral, Document(kind="referral_sheet", params={}))
        assert context["receiver"].name == "あんしんケアセンター見本"
        assert context["document"].recipient == "あんしんケアセンター見本"
        assert context["day"] == dt.date(2027, 3, 30)


def test_recall_within_the_hold_reaches_nobody() -> None:
    world = support.make_world()
    referral = support.held(world)
    before = support.fresh(world.case)
    referrals.recall(referral.pk, by=world.sender)
    referrals.recall(referral.pk, by=world.sender)
    referrals.release(referral.pk)
    outbox.run_pending_now()
    assert support.fresh(referral).state == S.RECALLED
    assert not support.mails_to("agency@example.test")
    after = support.fresh(world.case)
    assert (after.state, after.risk_rank) == (before.state, before.risk_rank)
    assert not [line for line in lines(world.case) if "あんしん" in line and "お願い" in line]


def test_recall_after_sending_tells_the_partner_and_comes_back() -> None:
    world = support.make_world()
    referral = support.sent(world)
    referrals.recall(referral.pk, by=world.sender)
    outbox.run_pending_now()
    assert support.fresh(world.case).state == State.IN_PROGRESS
    assert any("取り消し" in message.subject for message in support.mails_to("agency@example.test"))
    assert not Referral.objects.visible_to(world.partner).exists()


def test_nobody_recalls_after_acceptance_and_nobody_accepts_after_recall() -> None:
    world = support.make_world()
    referral = support.accepted(world)
    with pytest.raises(Refused, match="すでに受理"):
        referrals.recall(referral.pk, by=world.sender)


def test_double_clicks_are_one_act() -> None:
    world = support.make_world()
    draft = support.drafted(world)
    seen = referrals.preview_digest(draft)
    for _ in range(2):
        referrals.send(draft.pk, by=world.sender, seen=seen)
    for _ in range(2):
        referrals.release(draft.pk)
    day = timezone.localdate() + dt.timedelta(days=1)
    for _ in range(2):
        referrals.acknowledge(draft.pk, by=world.partner)
        referrals.accept(draft.pk, by=world.partner, name="受手", first_contact_on=day)
    for _ in range(2):
        referrals.contact_made(draft.pk, by=world.partner)
    kinds = list(TimelineEntry.objects.filter(matter=world.case.matter).values_list("kind", flat=True))
    for kind in (
        "referral.held",
        "referral.sent",
        "referral.opened",
        "referral.accepted",
        "referral.contact",
    ):
        assert kinds.count(kind) == 1, kind


def test_a_changed_draft_is_not_sent_unseen() -> None:
    world = support.make_world()
    draft = support.drafted(world)
    seen = referrals.preview_digest(draft)
    referrals.choose_items(draft.pk, by=world.sender, texts={"concern": "物忘れ"})
    with pytest.raises(Refused, match="変わりました"):
        referrals.send(draft.pk, by=world.sender, seen=seen)
    assert support.fresh(draft).state == S.DRAFT


def test_the_preview_is_exactly_what_the_partner_gets() -> None:
    world = support.make_world()
    draft = support.drafted(world)
    referrals.choose_items(draft.pk, by=world.sender, texts={"concern": "物忘れ", "phone": support.PHONE})
    before = [(item.item, item.text) for item in draft.items.all()]
    assert [item for item, _ in before] == ["phone", "contact_rules", "concern"]
    assert "夫には伝えない" in before[1][1]
    for party in support.fresh(world.case).parties.all():
        party.phone = "043-999-9999"
        party.save()
    referrals.send(draft.pk, by=world.sender, seen=referrals.preview_digest(draft))
    referrals.release(draft.pk)
    assert [(item.item, item.text) for item in draft.items.all()] == before


def test_items_may_be_shortened_never_lengthened_and_the_rules_stay_whole() -> None:
    world = support.make_world()
    draft = support.drafted(world)
    with pytest.raises(Refused, match="長くなっています") as refused:
        referrals.choose_items(draft.pk, by=world.sender, texts={"body": support.BODY + "書き足し"})
    assert refused.value.field == "body"
    with pytest.raises(Refused, match="短くせず"):
        referrals.choose_items(draft.pk, by=world.sender, texts={"contact_rules": "希望"})
    with pytest.raises(Refused, match="空です"):
        referrals.choose_items(draft.pk, by=world.sender, texts={"body": "  "})
    with pytest.raises(Refused, match="一つ以上"):
        referrals.choose_items(draft.pk, by=world.sender, texts={"unknown": "x"})


def test_what_the_safe_contact_card_forbids_is_not_offered() -> None:
    world = support.make_world(may_call=False, preferred="portal", no_home_contact=True)
    draft = support.drafted(world)
    offered = {line.key for line in preparing.offered_lines(draft)}
    assert not {"phone", "address"} & offered
    referrals.choose_items(
        draft.pk, by=world.sender, texts={"phone": support.PHONE, "concern": support.CONCERN}
    )
    assert [item.item for item in draft.items.all()] == ["concern"]


def test_asking_back_stops_the_partners_clock() -> None:
    with time_machine.travel(support.MONDAY, tick=False) as clock:
        world = support.make_world()
        referral = support.sent(world)
        due = Deadline.objects.running().get(kind="referral.answer").due_at
        clock.shift(dt.timedelta(hours=1))
        asked = referrals.ask_back(referral.pk, by=world.partner, question="介護度は？", asked_by="受手")
        assert (
            referrals.ask_back(referral.pk, by=world.partner, question="介護度は？", asked_by="受手") == asked
        )
        assert Deadline.objects.running().get(kind="referral.answer").paused_at
        with pytest.raises(Refused):
            referrals.ask_back(referral.pk, by=world.partner, question="ほかの質問", asked_by="受手")
        clock.shift(dt.timedelta(days=2))
        referrals.answer_question(referral.pk, by=world.sender, answer="要介護1です")
        running = Deadline.objects.running().get(kind="referral.answer")
        assert running.paused_at is None
        assert running.due_at > due + dt.timedelta(days=1)
        assert support.fresh(referral).state == S.ACKNOWLEDGED
        assert support.fresh(asked).answered_by == world.clerk
        outbox.run_pending_now()
        assert any("質問" in message.subject for message in support.mails_to("desk@example.test"))
        assert any("答えました" in message.subject for message in support.mails_to("agency@example.test"))


def test_a_section_of_the_house_takes_the_desk_with_the_lead() -> None:
    world = support.make_world()
    other = make_office("健康課", ward=world.ward, kind=OfficeKind.HEALTH_WELFARE)
    nurse = make_posting(Role.SPECIALIST, office=other)
    by = actor_of(nurse.person, nurse)
    referral = support.sent(world, other)
    assert not Consultation.objects.visible_to(by).exists()
    referrals.accept(referral.pk, by=by, name="保健 師子", first_contact_on=timezone.localdate())
    case = support.fresh(world.case)
    assert (case.owner_office, case.desk_office, case.assignee) == (other, other, nurse)
    assert Consultation.objects.visible_to(by).get() == case
    assert set(Deadline.objects.running().values_list("office", flat=True)) == {other.pk}


def test_the_answer_of_a_partner_on_paper_is_entered_by_the_sender() -> None:
    """Paper and telephone are first class: same fields, and who typed it stays."""
    world = support.make_world()
    referral = support.sent(world, world.on_paper)
    assert referral.route == "paper"
    assert any("電話・FAX" in message.subject for message in support.mails_to("desk@example.test"))
    day = timezone.localdate() + dt.timedelta(days=1)
    with pytest.raises(Refused, match="どう届いたか"):
        referrals.accept(referral.pk, by=world.sender, name="医師", first_contact_on=day)
    referrals.accept(referral.pk, by=world.sender, name="医師", first_contact_on=day, channel="telephone")
    referral = support.fresh(referral)
    assert (referral.answer_channel, referral.answer_entered_by) == ("telephone", world.clerk)
    referrals.contact_made(referral.pk, by=world.sender, channel="telephone")
    assert support.fresh(world.case).state == State.CONNECTED


def test_dates_that_cannot_be_are_refused_in_words() -> None:
    world = support.make_world()
    referral = support.sent(world)
    today = timezone.localdate()
    for day in (today - dt.timedelta(days=1), today + dt.timedelta(days=61)):
        with pytest.raises(Refused) as refused:
            referrals.accept(referral.pk, by=world.partner, name="受手", first_contact_on=day)
        assert refused.value.field == "first_contact_on"
    with pytest.raises(Refused, match="名前"):
        referrals.accept(referral.pk, by=world.partner, name="", first_contact_on=today)
    referrals.accept(referral.pk, by=world.partner, name="受手", first_contact_on=today)
    for at in (timezone.now() + dt.timedelta(hours=1), referral.sent_at - dt.timedelta(hours=1)):
        with pytest.raises(Refused) as refused:
            referrals.contact_made(referral.pk, by=world.partner, at=at)
        assert refused.value.field == "contact_made_at"


def test_a_second_helper_does_not_take_the_lead_from_the_first() -> None:
    world = support.make_world()
    first = support.accepted(world)
    second = support.sent(world, world.on_paper)
    referrals.accept(
        second.pk, by=world.sender, name="医師", first_contact_on=timezone.localdate(), channel="telephone"
    )
    assert support.fresh(world.case).owner_office == first.to_office


def test_withdrawing_the_whole_case_ends_every_access() -> None:
    world = support.make_world()
    support.accepted(world)
    support.sent(world, world.on_paper)
    closing.withdraw(world.case.pk, by=world.sender)
    assert set(Referral.objects.values_list("state", flat=True)) == {S.REVOKED, S.RECALLED}
    assert not Referral.objects.visible_to(world.partner).exists()
    assert support.fresh(world.case).state == State.WITHDRAWN
    assert deadlines.next_due(world.case.matter) is None


def test_only_the_desk_refers_and_only_within_the_address_book() -> None:
    world = support.make_world()
    stranger = make_posting(Role.SECTION, office=make_office("別の課", ward=world.ward))
    with pytest.raises(Consultation.DoesNotExist):
        referrals.draft(
            world.case.pk, by=actor_of(stranger.person, stranger), to_office=world.agency, purpose="x"
        )
    with pytest.raises(Refused, match="自分の課以外"):
        referrals.draft(world.case.pk, by=world.sender, to_office=world.desk, purpose="x")
    with pytest.raises(Refused, match="この先は") as refused:
        referrals.draft(world.case.pk, by=world.sender, to_office=world.on_paper, purpose="x", route="link")
    assert refused.value.field == "route"
