"""The page of a district names its organisations, with what each has made public and nothing else."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.enums import OrgKind
from community.models import CommunityOrg, OrgPlace
from tests.community.town import CHAIR, HOME_PHONE, Town, in_days


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
