"""The page of a district names its organisations, with what each has made public and nothing else."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiba_ward.directory.enums import Role
from chiba_ward.disclosure import services as disclosure
from chiba_ward.disclosure.marks import Known
from chiba_ward.documents import registry
from chiba_ward.documents import services as documents
from chiba_ward.documents.models import Document
from community.documents import PACK, paper_context
from community.enums import OrgKind
from community.models import CommunityOrg, OrgPlace
from tests.community.town import CHAIR, HOME_PHONE, Town, act_as, fresh, in_days
from tests.factories import make_office, make_posting


def page(town: Town, **query: str) -> str:
    answer = Client().get(reverse("districts:district", args=[town.ward.slug, town.district.pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_name_activity_and_public_contacts_alone(town: Town) -> None:
    html = page(town)
    for words in ("この地区の団体", "見本町内会", "清掃", "043-999-0002"):
        assert words in html
    for hidden in (HOME_PHONE, CHAIR, "kaicho@example.test", "見本NPO", "見本紙町内会"):
        assert hidden not in html


def test_who_is_no_more_is_gone(town: Town) -> None:
    CommunityOrg.objects.filter(pk=town.org.pk).update(ended_on=in_days(0), ending="dissolved")
    html = page(town)
    assert "見本町内会" not in html
    assert "載っている団体は、まだありません。" in html


def test_the_ward_as_a_whole_leads_to_its_districts(town: Town) -> None:
    html = Client().get(reverse("districts:ward", args=[town.ward.slug])).content.decode()
    assert "見本町内会" not in html
    assert reverse("districts:district", args=[town.ward.slug, town.district.pk]) in html


def test_ten_more_organisations_cost_no_question_more(town: Town) -> None:
    page(town)
    with CaptureQueriesContext(connection) as few:
        page(town)
    for number in range(10):
        org = CommunityOrg.objects.create(
            kind=OrgKind.NPO, own_name=f"見本の会{number}", kana="ミホン", ward=town.ward
        )
        OrgPlace.objects.create(org=org, area=town.district)
    with CaptureQueriesContext(connection) as many:
        assert "見本の会9" in page(town)
    assert len(many) == len(few)


def hold(town: Town, known: Known) -> None:
    application = disclosure.Application(known, applied_on=in_days(0))
    disclosure.enter(application, by=act_as(make_posting(Role.SECTION, office=make_office(ward=town.ward))))


@pytest.mark.parametrize(
    "known",
    [Known(name="雀野 羽子", phone=HOME_PHONE), Known(name="雀野 羽子", phone="043-999-0002")],
    ids=["by the telephone at home", "by the other"],
)
def test_of_a_chair_who_must_not_be_found_no_contact_is_shown(town: Town, known: Known) -> None:
    """Also where what betrays her is private: the public number would lead to the same door."""
    hold(town, known)
    html = page(town)
    assert "見本町内会" in html
    assert "043-999-0002" not in html
    assert "非開示" not in html, "nobody learns that there is something to hide"


def test_the_pack_leaves_them_out_and_one_of_before_closes(town: Town) -> None:
    before = documents.request(PACK, title="役員の引き継ぎ", by=town.by, params={"org": town.org.pk})
    assert HOME_PHONE in str(paper_of(town))
    assert registry.may_see(before, town.by)
    hold(town, Known(name="雀野 羽子", phone=HOME_PHONE))
    assert HOME_PHONE not in str(paper_of(town))
    assert not registry.may_see(Document.objects.get(pk=before.pk), town.by)


def paper_of(town: Town) -> list[str]:
    return [row.value for row in paper_context(fresh(town.org))["contacts"]]
