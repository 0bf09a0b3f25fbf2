"""加入率: of any day from dated figures, "not measured" where one is missing, masked where it tells of few; indicators."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from chiba_ward.access.models import ReadLogEntry
from chiba_ward.progress import masking
from chiba_ward.progress.registry import CITY, Period
from community import indicators, rates
from community.enums import Ending
from community.models import CommunityOrg, EnrolmentFigure, HouseholdFigure
from community.services import annual, orgs
from tests.community import town as world
from tests.community.town import Town, browser


def figure(org: CommunityOrg, members: int, households: int | None = None, days: int = -100) -> None:
    EnrolmentFigure.objects.create(
        org=org, as_of=world.in_days(days), members=members, households=households, source="総会"
    )


def of_ward(town: Town, households: int, days: int = -500) -> None:
    HouseholdFigure.objects.create(ward=town.ward, as_of=world.in_days(days), households=households)


def month() -> Period:
    return Period.month(timezone.localdate())


def test_a_rate_of_a_day_uses_the_newest_figures_until_then(town: Town) -> None:
    of_ward(town, 1000)
    figure(town.org, 500, days=-400)
    figure(town.org, 400, days=-30)
    figure(town.paper, 200, days=-400)
    found = rates.series()
    before, now = found.of_wards(world.in_days(-31)), found.of_wards(world.in_days(0))
    assert before[town.ward.pk].value == 70
    assert now[town.ward.pk].value == now[CITY].value == 60
    assert found.of_wards(world.in_days(-450))[town.ward.pk].value is None, "no association had been counted"
    assert now[town.other_ward.pk].value is None
    HouseholdFigure.objects.create(ward=town.ward, as_of=world.in_days(-10), households=600)
    assert rates.series().of_wards(world.in_days(0))[town.ward.pk].value == 100


def test_districts_and_associations(town: Town) -> None:
    HouseholdFigure.objects.create(area=town.district, as_of=world.in_days(-500), households=800)
    figure(town.org, 400, 500)
    figure(town.paper, 300)
    found, today = rates.series(), world.in_days(0)
    assert found.of_areas(today)[town.district.pk].value == 50, "the other one has not named the district"
    by_org = found.of_orgs(today, found.orgs)
    assert by_org[town.org.pk].value == 80
    assert by_org[town.paper.pk].value is None


def test_one_that_ended_counts_until_its_day(town: Town) -> None:
    of_ward(town, 1000)
    figure(town.org, 500)
    figure(town.paper, 200)
    orgs.end(town.paper.pk, by=town.by, on=world.in_days(0), ending=Ending.DISSOLVED)
    found = rates.series()
    assert found.of_wards(world.in_days(-1))[town.ward.pk].numerator == 700
    assert found.of_wards(world.in_days(0))[town.ward.pk].numerator == 500


def test_few_members_or_few_others_are_hidden_and_what_gives_them_away(town: Town) -> None:
    third = world.entered(town.by, "見本第三町内会", "ミホンダイサン", town.ward)
    figure(town.org, 9, 50)
    figure(town.paper, 120, 125)
    figure(third, 300, 500)
    today = world.in_days(0)
    gone = rates.hidden(rates.series(), [today])
    assert gone.orgs == {town.org.pk, town.paper.pk}
    page = browser(town.clerk).get("/admin/community/enrolment/").content.decode()
    assert "10未満のため出しません" in page
    assert "18.0％" not in page
    assert "96.0％" not in page
    text = browser(town.clerk).get("/admin/community/enrolment/list.csv").content.decode("utf-8-sig")
    assert ",9,50," not in text


def test_a_small_one_is_not_found_by_subtracting(town: Town) -> None:
    """Alone in its district: the district goes too, and so does the ward of which it would be the rest."""
    figure(town.org, 7, 50)
    figure(town.paper, 300, 500)
    HouseholdFigure.objects.create(area=town.district, as_of=world.in_days(-500), households=60)
    of_ward(town, 1000)
    gone = rates.hidden(rates.series(), [world.in_days(0)])
    assert gone.orgs == {town.org.pk, town.paper.pk}, "the next smallest of the ward hides it"
    assert gone.areas == {town.district.pk}
    assert town.ward.pk in gone.wards


def test_what_is_hidden_once_is_hidden_on_every_day_of_the_table(town: Town) -> None:
    figure(town.org, 30, 60, days=-400)
    figure(town.org, 9, 60, days=-2)
    figure(town.paper, 300, 500, days=-400)
    before = world.in_days(-300)
    assert rates.hidden(rates.series(), [before]).orgs == set()
    assert town.paper.pk in rates.hidden(rates.series(), [before, world.in_days(0)]).orgs


def test_the_page_and_its_file(town: Town) -> None:
    of_ward(town, 1000)
    figure(town.org, 400, 500)
    figure(town.paper, 300, 600)
    client = browser(town.clerk)
    page = client.get("/admin/community/enrolment/").content.decode()
    assert "70.0％" in page
    assert "測っていません" in page
    narrowed = client.get(f"/admin/community/enrolment/?district={town.district.pk}").content.decode()
    assert "見本町内会" in narrowed
    assert "見本紙町内会" not in narrowed
    assert (
        "緑区"
        not in client.get("/admin/community/enrolment/?ward=wakaba").content.decode().split("<table")[1]
    )
    text = client.get("/admin/community/enrolment/list.csv?ward=wakaba").content.decode("utf-8-sig")
    assert f"区,若葉区,若葉区,{world.in_days(0)},700,1000,70.0" in text
    assert ReadLogEntry.objects.filter(verb="export", kind="community_org").exists()


def test_the_database_refuses_figures_of_nothing(town: Town) -> None:
    for wrong in ({"households": 5}, {"ward": town.ward, "area": town.district, "households": 5}):
        with pytest.raises(IntegrityError, match="household_of_one_place"), transaction.atomic():
            HouseholdFigure.objects.create(as_of=world.in_days(0), **wrong)
    of_ward(town, 10)
    with pytest.raises(IntegrityError, match="household_once_a_day"), transaction.atomic():
        of_ward(town, 20)


def test_indicators_of_the_register_move_when_a_record_changes(town: Town) -> None:
    assert indicators.registered(month())[town.ward.pk].value == 3
    assert indicators.confirmed(month())[CITY].value == 100
    CommunityOrg.objects.filter(pk=town.paper.pk).update(confirmed_on=world.in_days(-366))
    found = indicators.confirmed(month())
    assert (found[town.ward.pk].numerator, found[town.ward.pk].denominator) == (2, 3)
    assert {town.ward.pk, CITY} <= masking.hidden(found), "three organisations are few"
    orgs.confirm(town.paper.pk, by=town.by, on=world.in_days(0))
    assert indicators.confirmed(month())[CITY].value == 100
    orgs.end(town.paper.pk, by=town.by, on=world.in_days(0), ending=Ending.DISSOLVED)
    assert indicators.registered(month())[CITY].value == 2
    past = Period.month(timezone.localdate() - dt.timedelta(days=62))
    assert indicators.registered(past) == indicators.confirmed(past) == {}


def test_the_enrolment_indicator_is_that_of_the_page(town: Town) -> None:
    assert indicators.enrolment(month())[CITY].value is None
    of_ward(town, 1000)
    figure(town.org, 500, days=-70)
    assert indicators.enrolment(month())[town.ward.pk].value == 50
    figure(town.org, 640, days=0)
    assert indicators.enrolment(month())[town.ward.pk].value == 64
    assert indicators.enrolment(Period.month(world.in_days(-40)))[town.ward.pk].value == 50
    assert indicators.enrolment(Period.month(world.in_days(40))) == {}


def test_the_share_of_filed_returns_moves(town: Town) -> None:
    year = Period.year(timezone.localdate())
    assert indicators.filed(year)[town.ward.pk].denominator == 2, "the NPO files none"
    found = world.submitted(town)
    assert indicators.filed(year)[town.ward.pk].value == 50
    annual.give_back(found.pk, by=town.by, reason="数え方")
    assert indicators.filed(year)[CITY].numerator == 0
    assert indicators.filed(Period.year(world.in_days(400))) == {}
