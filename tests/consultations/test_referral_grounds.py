"""同意によらない根拠: rows of the law that are chosen, explained, printed and kept in the words of the day."""

import datetime as dt
import subprocess
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from chiba_ward.directory.enums import Role
from chiba_ward.documents import services as documents
from chiba_ward.documents.models import Document
from consultations.models import LegalGround, Referral
from consultations.services import referrals
from tests.consultations import referral_support as support
from tests.factories import make_posting

pytestmark = pytest.mark.django_db
NOTE = "命の危険があると課長が判断"


@pytest.fixture
def world() -> support.World:
    return support.make_world()


@pytest.fixture
def clerk(world: support.World, sign_in: Any) -> Client:
    client: Client = sign_in(world.clerk.person)
    return client


def address(referral: Referral) -> str:
    return reverse("staff:referral_ground", args=[referral.consultation.receipt_no, referral.sequence])


def on_life(world: support.World, office: Any = None) -> Referral:
    """Sent because a life is in danger, without consent."""
    draft = referrals.draft(
        world.case.pk,
        by=world.sender,
        to_office=office or world.agency,
        purpose="訪問をお願いします",
        ground=support.ground("life"),
        basis_note=NOTE,
    )
    referrals.choose_items(draft.pk, by=world.sender, texts={"address": support.ADDRESS})
    referrals.send(draft.pk, by=world.sender, seen=referrals.preview_digest(support.fresh(draft)))
    referrals.release(draft.pk)
    return support.fresh(draft)


def text_of(document: Document) -> str:
    """The words of the PDF, without the breaks of its lines."""
    with document.blob.open("rb") as pdf:
        seen = subprocess.run(["pdftotext", "-", "-"], input=pdf.read(), capture_output=True, check=True)
    return "".join(seen.stdout.decode().split())


def test_the_form_offers_what_is_in_use_with_its_law(world: support.World, clerk: Client) -> None:
    LegalGround.objects.filter(code="hardship_9").update(is_active=False)
    referral = referrals.draft(world.case.pk, by=world.sender, to_office=world.agency, purpose="お願い")
    page = clerk.get(address(referral))
    codes = [code for code, _ in page.context["form"].fields["basis"].choices]
    assert codes == ["consent", "life", "law", "s106_6", "child_council"]
    assert "社会福祉法第106条の6（要確認）" in page.content.decode()
    refused = clerk.post(address(referral), {"basis": "hardship_9", "basis_note": NOTE})
    assert list(refused.context["form"].errors) == ["basis"]
    assert NOTE in refused.content.decode()
    assert clerk.post(address(referral), {"basis": "life", "basis_note": NOTE}).status_code == 302
    referral.refresh_from_db()
    assert (referral.ground, referral.basis_note) == (support.ground("life"), NOTE)
    assert clerk.get(address(referral)).context["form"]["basis"].value() == "life"


def test_sender_receiver_and_paper_read_the_words_of_the_law(
    world: support.World, clerk: Client, sign_in: Any
) -> None:
    words = support.ground("life").words
    referral = on_life(world, world.on_paper)
    number, sequence = referral.consultation.receipt_no, referral.sequence
    page = clerk.get(reverse("staff:referral_detail", args=[number, sequence])).content.decode()
    assert words in page
    assert NOTE in page
    clerk.post(reverse("staff:referral_sheet", args=[number, sequence]))
    document = Document.objects.latest("pk")
    documents.make(document.pk)
    printed = text_of(Document.objects.get(pk=document.pk))
    assert "第69条第2項第4号" in printed
    assert NOTE in printed
    to_agency = on_life(world)
    seen = sign_in(world.worker.person).get(reverse("partner:referral", args=[to_agency.pk]))
    assert words in seen.content.decode()


def test_a_later_change_of_the_law_changes_nothing_that_was_sent(world: support.World) -> None:
    referral = on_life(world)
    before = referral.ground_words
    row = support.ground("life")
    row.law = "改正後の第70条"
    row.save()
    assert support.fresh(referral).ground_words == before
    draft = referrals.draft(
        world.case.pk, by=world.sender, to_office=world.by_link, purpose="お願い", ground=row, basis_note=NOTE
    )
    assert "改正後の第70条" in draft.ground_words


def test_a_change_of_the_words_is_noticed_before_it_is_sent(world: support.World) -> None:
    draft = referrals.draft(
        world.case.pk,
        by=world.sender,
        to_office=world.agency,
        purpose="お願い",
        ground=support.ground("life"),
        basis_note=NOTE,
    )
    seen = referrals.preview_digest(draft)
    row = support.ground("life")
    row.sentence = "別の文。"
    row.save()
    assert referrals.preview_digest(support.fresh(draft)) != seen


def test_the_database_wants_one_ground_with_its_reason(world: support.World) -> None:
    draft = support.drafted(world)
    rows, life = Referral.objects.filter(pk=draft.pk), support.ground("life")
    with pytest.raises(IntegrityError, match="referral_basis_explained"), transaction.atomic():
        rows.update(ground=life, consent=None)
    referrals.set_ground(draft.pk, by=world.sender, ground=life, basis_note=NOTE)
    with pytest.raises(IntegrityError, match="referral_rests_on_one_ground"), transaction.atomic():
        rows.update(consent=draft.consent)
    referrals.set_ground(draft.pk, by=world.sender, consent=draft.consent)
    with pytest.raises(IntegrityError, match="referral_consent_or_basis"), transaction.atomic():
        rows.update(state="sent", consent=None)


def test_the_system_office_edits_the_rows_and_takes_none_away(world: support.World, sign_in: Any) -> None:
    admin = sign_in(make_posting(Role.SYSTEM_ADMIN).person)
    row = support.ground("life")
    change = reverse("admin:consultations_legalground_change", args=[row.pk])
    page = admin.get(change)
    assert page.status_code == 200
    assert 'name="code"' not in page.content.decode()
    data = {
        "name": row.name, "law": "個人情報保護法第69条", "sentence": row.sentence, "order": "10", "is_active": "on",
        "source": "法務課", "verified_on": dt.date(2026, 11, 1).isoformat(),
    }  # fmt: skip
    assert admin.post(change, data).status_code == 302, admin.post(change, data).context["errors"]
    row.refresh_from_db()
    assert (row.law, row.needs_verification) == ("個人情報保護法第69条", False)
    assert admin.get(reverse("admin:consultations_legalground_delete", args=[row.pk])).status_code == 404
