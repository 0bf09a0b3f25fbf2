"""Consent item by item, and its withdrawal: the partner's next request is 404 (AC7, threats 13 and 14)."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.directory.enums import OfficeKind, Role
from chiba_ward.outbox import services as outbox
from consultations.enums import ReferralState, State
from consultations.models import ConsentGrant, Referral
from consultations.services import referrals
from consultations.workflow.errors import Refused
from tests.consultations import referral_support as support
from tests.factories import make_office, make_posting

pytestmark = pytest.mark.django_db
S = ReferralState
CANARIES = ("金糸雀NOTE", "金糸雀ADDR", "金糸雀BODY")


def test_each_item_needs_its_consent() -> None:
    world = support.make_world()
    draft = support.drafted(world)
    consent = support.give_consent(world, items=["concern"])
    referrals.set_ground(draft.pk, by=world.sender, consent=consent)
    assert [item.item for item in draft.items.all()] == ["concern"]
    with pytest.raises(Refused, match="同意がありません") as refused:
        referrals.choose_items(draft.pk, by=world.sender, texts={"concern": "物忘れ", "body": "母のこと"})
    assert refused.value.field == "body"


def test_a_telephone_number_never_goes_without_the_rules_of_contact() -> None:
    world = support.make_world()
    assert support.give_consent(world, items=["phone"]).items == ["phone", "contact_rules"]


def test_consent_of_another_recipient_or_a_past_one_does_not_count() -> None:
    world = support.make_world()
    draft = support.drafted(world)
    other = support.give_consent(world, world.by_link)
    with pytest.raises(Refused, match="別の相手"):
        referrals.set_ground(draft.pk, by=world.sender, consent=other)
    past = support.give_consent(world)
    ConsentGrant.objects.filter(pk=past.pk).update(
        obtained_on=timezone.localdate() - dt.timedelta(days=9),
        valid_until=timezone.localdate() - dt.timedelta(days=1),
    )
    with pytest.raises(Refused, match="期限が過ぎて"):
        referrals.set_ground(draft.pk, by=world.sender, consent=support.fresh(past))
    referrals.change_addressee(draft.pk, by=world.sender, to_office=world.by_link, purpose="x", urgent=False)
    assert support.fresh(draft).consent is None
    with pytest.raises(Refused, match="同意の記録"):
        referrals.send(draft.pk, by=world.sender, seen=referrals.preview_digest(support.fresh(draft)))


def test_another_legal_ground_needs_words() -> None:
    world = support.make_world()
    draft = support.drafted(world)
    with pytest.raises(Refused, match="理由") as refused:
        referrals.set_ground(draft.pk, by=world.sender, ground=support.ground("life"))
    assert refused.value.field == "basis_note"
    referrals.set_ground(
        draft.pk, by=world.sender, ground=support.ground("life"), basis_note="命の危険があると課長が判断"
    )
    draft = support.fresh(draft)
    referrals.choose_items(
        draft.pk, by=world.sender, texts={"concern": support.CONCERN, "address": support.ADDRESS}
    )
    referrals.send(draft.pk, by=world.sender, seen=referrals.preview_digest(support.fresh(draft)))
    assert support.fresh(draft).state == S.HELD


def test_a_signed_paper_has_a_place_and_dates_are_possible() -> None:
    world = support.make_world()
    today = timezone.localdate()
    common = {"by": world.sender, "to_office": world.agency, "items": ["concern"], "obtained_on": today}
    with pytest.raises(Refused, match="保管場所"):
        referrals.record_consent(world.case.pk, method="written", **common)
    with pytest.raises(Refused, match="いつまで"):
        referrals.record_consent(
            world.case.pk, method="oral", valid_until=today - dt.timedelta(days=1), **common
        )
    with pytest.raises(Refused, match="一つ以上"):
        referrals.record_consent(world.case.pk, method="oral", **{**common, "items": []})


@pytest.mark.parametrize("stage", ["held", "sent", "acknowledged", "asked", "accepted", "contact"])
def test_withdrawal_ends_the_access_at_once_wherever_it_stands(stage: str, sign_in: object) -> None:
    world = support.make_world()
    referral = support.held(world) if stage == "held" else support.sent(world)
    if stage not in ("held", "sent"):
        referrals.acknowledge(referral.pk, by=world.partner)
    if stage == "asked":
        referrals.ask_back(referral.pk, by=world.partner, question="？", asked_by="受手")
    if stage in ("accepted", "contact"):
        referrals.accept(referral.pk, by=world.partner, name="受手", first_contact_on=timezone.localdate())
    if stage == "contact":
        referrals.contact_made(referral.pk, by=world.partner)
    client = sign_in(world.worker.person)  # type: ignore[operator]  # the fixture is a function
    url = reverse("partner:referral", args=[referral.pk])
    assert client.get(url).status_code == (404 if stage == "held" else 200)

    citizen = Actor(matter_id=world.case.pk)
    consent = referral.consent
    referrals.withdraw_consent(consent.pk, by=citizen)
    referrals.withdraw_consent(consent.pk, by=citizen)

    assert client.get(url).status_code == 404
    assert client.post(reverse("partner:sheet", args=[referral.pk])).status_code == 404
    assert client.post(reverse("partner:act", args=[referral.pk, "accept"])).status_code == 404
    assert support.fresh(referral).state == S.REVOKED
    case = support.fresh(world.case)
    assert case.owner_office == world.desk
    assert case.state == (State.RECEIVED if stage == "held" else State.IN_PROGRESS)
    outbox.run_pending_now()
    partner_mails = [message.subject for message in support.mails_to("agency@example.test")]
    assert any("終わりました" in subject for subject in partner_mails) == (stage != "held")
    assert any("戻りました" in message.subject for message in support.mails_to("desk@example.test"))


def test_consent_withdrawn_during_the_hold_stops_the_release() -> None:
    world = support.make_world()
    referral = support.held(world)
    ConsentGrant.objects.filter(pk=referral.consent_id).update(withdrawn_at=timezone.now())
    referrals.release(referral.pk)
    assert support.fresh(referral).state == S.REVOKED
    assert not support.mails_to("agency@example.test")


def test_strangers_cannot_withdraw_a_consent() -> None:
    world = support.make_world()
    consent = support.give_consent(world)
    other = support.make_case(world.ward)
    stranger = make_posting(Role.SECTION, office=make_office("別の課", ward=world.ward))
    for by in (Actor(matter_id=other.pk), world.partner, actor_of(stranger.person, stranger), Actor()):
        with pytest.raises(ConsentGrant.DoesNotExist):
            referrals.withdraw_consent(consent.pk, by=by)


def test_the_partner_reads_the_excerpt_and_nothing_else(sign_in: object) -> None:
    from chiba_ward.casework import timeline

    world = support.make_world()
    timeline.record(world.case.matter, "consultation.note", world.sender, text=support.SECRET_NOTE)
    draft = support.drafted(world)
    referrals.choose_items(draft.pk, by=world.sender, texts={"concern": support.CONCERN})
    referrals.send(draft.pk, by=world.sender, seen=referrals.preview_digest(draft))
    referrals.release(draft.pk)
    client: Client = sign_in(world.worker.person)  # type: ignore[operator]  # the fixture is a function
    url = reverse("partner:referral", args=[draft.pk])
    unopened = client.get(url).content.decode()
    assert "金糸雀CONCERN" not in unopened
    assert "内容を開く" in unopened
    assert client.post(reverse("partner:open", args=[draft.pk])).status_code == 302
    opened = client.get(url).content.decode()
    assert "金糸雀CONCERN" in opened
    assert not [canary for canary in (*CANARIES, "黄雀", "7788") if canary in opened]
    assert client.get(reverse("staff:case", args=[world.case.receipt_no])).status_code == 404


def test_a_foreign_office_and_an_unknown_number_are_the_same_404(sign_in: object) -> None:
    world = support.make_world()
    referral = support.sent(world)
    other = make_posting(Role.PARTNER, office=make_office("別の機関", kind=OfficeKind.AGENCY))
    client: Client = sign_in(other.person)  # type: ignore[operator]  # the fixture is a function
    for pk in (referral.pk, 999_999):
        for name, args in (("referral", [pk]), ("open", [pk]), ("sheet", [pk]), ("act", [pk, "accept"])):
            url = reverse(f"partner:{name}", args=args)
            response = client.get(url) if name == "referral" else client.post(url)
            assert response.status_code == 404, (name, pk)
    assert client.get(reverse("partner:inbox")).context["rows"] == []


def test_a_file_opens_only_as_part_of_the_excerpt() -> None:
    from chiba_ward.casework.models import Attachment
    from consultations.policy_referral import may_open_file

    world = support.make_world()
    facts = {"content_type": "application/pdf", "size": 1, "sha256": "0" * 64, "added_by": "相談者"}
    handed, other = (
        Attachment.objects.create(matter=world.case.matter, display_name=name, blob=name, **facts)
        for name in ("a.pdf", "b.pdf")
    )
    draft = support.drafted(world)
    consent = support.give_consent(world, items=["concern", "files"])
    referrals.set_ground(draft.pk, by=world.sender, consent=consent)
    referrals.choose_items(draft.pk, by=world.sender, texts={f"files-{handed.pk}": "a.pdf"})
    referrals.send(draft.pk, by=world.sender, seen=referrals.preview_digest(support.fresh(draft)))
    referrals.release(draft.pk)
    assert not may_open_file(world.partner, handed)
    referrals.acknowledge(draft.pk, by=world.partner)
    assert may_open_file(world.partner, handed)
    assert not may_open_file(world.partner, other)
    referrals.withdraw_consent(consent.pk, by=world.sender)
    assert not may_open_file(world.partner, handed)


def test_the_list_shows_exactly_what_opens() -> None:
    world = support.make_world()
    for office in (world.agency, world.by_link, world.on_paper):
        support.sent(world, office)
    seen = set(Referral.objects.visible_to(world.partner).values_list("to_office", flat=True))
    assert seen == {world.agency.pk}
