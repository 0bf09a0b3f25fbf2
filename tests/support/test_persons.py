"""世帯の人: each with a strand of their own, unseen by whoever it was not handed to (DOMAIN §1 finding 9)."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.documents.models import Document
from chiba_ward.outbox import services as outbox
from consultations import documents_referral
from consultations.models import Party, Referral
from consultations.policy_referral import may_withdraw_consent
from consultations.services import persons, referrals
from consultations.services.referrals.preparing import offered_lines
from consultations.views.citizen.consents import rows_of
from consultations.workflow.errors import Refused
from tests.support import household as world
from tests.support.household import Household


def draft(house: Household, person: Party | None) -> Referral:
    """A つなぎ to the agency, on the consent of this person."""
    made = referrals.draft(house.case.pk, by=house.by, to_office=house.agency, purpose="訪問をお願いします")
    consent = referrals.record_consent(
        house.case.pk,
        by=house.by,
        to_office=house.agency,
        items=["subject", "concern"],
        method="oral",
        obtained_on=timezone.localdate(),
        person=person,
    )
    referrals.set_ground(made.pk, by=house.by, consent=consent)
    return world.fresh(made)


def key_of(referral: Referral, person: Party) -> str:
    [line] = [line for line in offered_lines(referral) if line.person == person]
    return line.key


def sent(house: Household, *people: Party) -> Referral:
    made = draft(house, house.father)
    texts = {line.key: line.text for line in offered_lines(made) if line.person in people}
    referrals.choose_items(made.pk, by=house.by, texts=texts)
    made = world.fresh(made)
    referrals.send(made.pk, by=house.by, seen=referrals.preview_digest(made))
    referrals.release(made.pk)
    outbox.run_pending_now()
    referrals.acknowledge(made.pk, by=house.partner)
    return world.fresh(made)


def test_an_agency_reads_of_the_chosen_persons_alone(house: Household) -> None:
    referral = sent(house, house.wife)
    page = world.browser(house.worker).get(reverse("partner:referral", args=[referral.pk])).content.decode()
    assert world.WIFE in page
    assert world.SON not in page
    assert world.SON_NOTE not in page
    paper = paper_of(referral)
    assert world.WIFE in paper
    assert world.SON not in paper


def paper_of(referral: Referral) -> str:
    """The words of the sheet that becomes the PDF."""
    document = Document(kind="referral_sheet", params={"referral": referral.pk})
    return str(documents_referral.build_sheet(document, lambda percent: None).html)


def test_the_rule_of_contact_goes_with_the_person(house: Household) -> None:
    referral = sent(house, house.son)
    page = world.browser(house.worker).get(reverse("partner:referral", args=[referral.pk])).content.decode()
    assert world.SON in page
    assert world.SON_NOTE in page
    assert world.WIFE not in page


def test_the_consent_of_one_is_not_that_of_another(house: Household) -> None:
    made = draft(house, house.wife)
    referrals.choose_items(made.pk, by=house.by, texts={key_of(made, house.wife): f"妻 70代 {world.WIFE}"})
    with pytest.raises(Refused, match="渡す同意がありません"):
        referrals.choose_items(made.pk, by=house.by, texts={key_of(made, house.son): world.SON})


def test_a_person_is_added_corrected_and_removed(house: Household) -> None:
    client, number = world.browser(house.clerk), house.case.receipt_no
    refused = client.post(reverse("staff:person_new", args=[number]), {"relation": ""})
    assert refused.status_code == 422
    assert "続柄、氏名、年代のどれか一つは入力してください" in refused.content.decode()
    client.post(reverse("staff:person_new", args=[number]), {"relation": "孫", "name": "見本 孫検印"})
    grandchild = house.case.parties.get(kind="subject", age_band="", pk__gt=house.wife.pk)
    page = client.get(reverse("staff:persons", args=[number])).content.decode()
    assert "見本 孫検印" in page
    data = {"relation": "ひ孫", "name": "見本 ひ孫検印"}
    client.post(reverse("staff:person_correct", args=[number, grandchild.pk]), data)
    line = house.case.matter.timeline.get(kind="consultation.person_corrected")
    assert "見本 孫検印" in line.text
    client.post(reverse("staff:person_remove", args=[number, grandchild.pk]))
    assert not house.case.parties.filter(pk=grandchild.pk).exists()


@pytest.mark.parametrize("tie", ["consent", "meeting"])
def test_whoever_consented_or_was_discussed_stays(house: Household, tie: str) -> None:
    ties: dict[str, Any] = {
        "consent": lambda: draft(house, house.son),
        "meeting": lambda: world.fixed(house, "s106_6_support", house.son),
    }
    ties[tie]()
    with pytest.raises(Refused, match="消せません"):
        persons.remove(house.case.pk, house.son.pk, by=house.by)
    assert house.case.parties.filter(pk=house.son.pk).exists()


def test_a_stranger_finds_no_persons(house: Household) -> None:
    client = world.browser(house.other)
    for name in ("persons", "person_new"):
        assert client.get(reverse(f"staff:{name}", args=[house.case.receipt_no])).status_code == 404


def test_whoever_filed_hears_nothing_of_the_sons_consent(house: Household) -> None:
    """The father reads and withdraws his own; what the son agreed to is the son's (DOMAIN §1 finding 9)."""
    for person in (house.father, house.son):
        draft(house, person)
    own, others = house.case.consents.get(person=house.father), house.case.consents.get(person=house.son)
    filer = Actor(matter_id=house.case.pk)
    assert may_withdraw_consent(filer, own)
    assert not may_withdraw_consent(filer, others)
    assert [row["consent"] for row in rows_of(house.case, filer)] == [own]
    told = house.case.matter.timeline.filter(kind="consent.recorded", audience="citizen")
    assert [line.data["consent"] for line in told] == [own.pk]
    with pytest.raises(Refused):
        referrals.withdraw_consent(others.pk, by=filer)
    referrals.withdraw_consent(others.pk, by=house.by)
    assert not house.case.matter.timeline.filter(kind="consent.withdrawn", audience="citizen").exists()


def test_the_paper_of_a_consent_names_whose_it_is(house: Household) -> None:
    draft(house, house.son)
    consent = house.case.consents.get(person=house.son)
    document = Document(kind="consent_form", params={"consent": consent.pk})
    paper = str(documents_referral.build_consent(document, lambda percent: None).html)
    assert world.SON in paper
    assert world.FATHER not in paper
