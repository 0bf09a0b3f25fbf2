"""地区担当: by whom it is given, who stands in the way, and 引継ぎ待ち that comes with the day (C13)."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from chiba_ward.access.actor import actor_of
from chiba_ward.access.duties import duties_of, user_with_duties
from chiba_ward.casework import my_work
from chiba_ward.casework.refusals import Refused
from community.area_officers import hints, selectors
from community.area_officers.enums import Gap, Standing
from community.area_officers.models import AreaAssignment, HandOver
from community.area_officers.services import assignments, hand_over
from tests.area_officers import section as world
from tests.area_officers.section import Section, act_as, browser

INDEX = "/admin/area-officers/"


def tokyo(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.timezone(dt.timedelta(hours=9)))  # type: ignore[misc]  # year, month, day…


def line(section: Section) -> selectors.Line:
    return selectors.coverage([section.area])[0]


def test_a_primary_a_deputy_and_nobody_twice(section: Section) -> None:
    world.appointed(section)
    with pytest.raises(Refused, match="兼ねられません"):
        world.appointed(section, part="deputy")
    with pytest.raises(Refused, match="すでに決まっています"):
        world.appointed(section, section.second)
    world.appointed(section, section.second, part="deputy")
    shown = line(section)
    assert (shown.primary.officer, shown.deputy.officer) == (section.officer, section.second)  # type: ignore[union-attr]
    with pytest.raises(Refused, match="地域づくり支援課に"):
        world.appointed(section, section.affairs, area=section.area)
    with pytest.raises(Refused, match="自分の区"):
        world.appointed(section, area=section.town.far_district)
    with pytest.raises(Refused, match="自分の区"):
        assignments.appoint(
            by=act_as(section.officer),
            area=section.area,
            part="deputy",
            officer=section.officer,
            starts_on=world.in_days(0),
        )


def test_the_database_itself_lets_none_end_without_its_paper(section: Section) -> None:
    found = world.appointed(section)
    for more in ({}, {"hand_over": HandOver.objects.create(assignment=found)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AreaAssignment.objects.filter(pk=found.pk).update(state="ended", until=world.in_days(0), **more)


def test_it_waits_from_the_day_on_which_the_posting_ends(section: Section, time_machine: Any) -> None:
    """3/31 to 4/1, with nothing that runs at night: the officer is moved, the district is red, the 総務課 sees it."""
    found = world.appointed(section)
    world.noted(found)
    year = world.in_days(0).year + 1
    world.ends(section.officer, dt.date(year, 4, 1))
    red = {section.lead: "引継書がない地区", section.affairs: "引継書がない地区"}

    def seen() -> list[bool]:
        return [words in browser(one).get("/admin/").content.decode() for one, words in red.items()]

    def brought_along() -> tuple[int | None, int]:
        """What came with the posting of the 総務課, and what the one rule says."""
        user = user_with_duties(section.affairs.person_id)
        assert user is not None
        (posting,) = duties_of(user)
        return hints.awaiting_of(actor_of(user, posting)), AreaAssignment.objects.awaiting().count()

    time_machine.move_to(tokyo(year, 3, 31, 23, 59), tick=False)
    assert world.fresh(found).standing() == Standing.LEAVING
    assert brought_along() == (0, 0)
    assert Gap.AWAITING not in line(section).gaps
    assert line(section).primary == found
    assert seen() == [False, False]
    time_machine.move_to(tokyo(year, 4, 1, 0, 0), tick=False)
    assert world.fresh(found).standing() == Standing.AWAITING
    assert line(section).gaps[:2] == (Gap.NO_PRIMARY, Gap.AWAITING)
    assert brought_along() == (1, 1)
    assert seen() == [True, True]
    assert "引継ぎ待ち" in browser(section.affairs).get(INDEX).content.decode()
    assert browser(section.far).get(reverse("area_officers:assignment", args=[found.pk])).status_code == 404

    successor = world.appointed(section, section.second, starts_on=dt.date(year, 4, 1))
    assert (world.fresh(found).state, world.fresh(found).until) == ("awaiting", dt.date(year, 4, 1))
    assert line(section).primary == successor
    assert seen() == [True, True], "a successor is no hand-over"
    assert brought_along() == (1, 1)
    hand_over.submit(found.pk, by=section.by, answers={}, **world.paper_words(last_day=dt.date(year, 4, 1)))
    assert seen() == [False, False]
    assert Gap.AWAITING not in line(section).gaps
    assert world.fresh(found).paper.entered_by == section.lead


def test_leaving_is_known_before_the_day(section: Section) -> None:
    found = world.appointed(section)
    with pytest.raises(Refused, match="始まりより後"):
        assignments.leave(found.pk, by=section.by, until=world.in_days(-100))
    assignments.leave(found.pk, by=section.by, until=world.in_days(5))
    assert world.fresh(found).standing() == Standing.LEAVING
    with pytest.raises(AreaAssignment.DoesNotExist):
        assignments.leave(found.pk, by=act_as(section.officer), until=world.in_days(6))
    coming = world.appointed(section, section.second, starts_on=world.in_days(5))
    assert line(section).coming == [coming]
    titles = [group.title for group in my_work.groups_for(act_as(section.officer))]
    assert "書く引継書" in titles


def test_the_screens_from_the_appointment_to_the_end(section: Section) -> None:
    lead, page = browser(section.lead), reverse("area_officers:new")
    given = {"area": section.area.pk, "part": "primary", **world.day("starts_on", world.in_days(-1))}
    answer = lead.post(page, {**given, "officer": ""})
    assert answer.status_code == 422
    assert "担当の職員を選んでください" in answer.content.decode()
    assert lead.post(page, {**given, "officer": section.officer.pk}).status_code == 302
    found = AreaAssignment.objects.get()
    taken = lead.post(page, {**given, "officer": section.second.pk})
    assert "すでに決まっています" in taken.content.decode()
    where = {name: reverse("area_officers:act", args=[found.pk, name]) for name in ("leave", "named", "gone")}
    assert lead.post(where["gone"]).status_code == 404
    assert lead.post(where["named"], {"named-is_named": "on"}).status_code == 302
    assert world.fresh(found).is_named
    on = world.day("leave-until", world.in_days(3))
    assert browser(section.officer).post(where["leave"], on).status_code == 404
    assert lead.post(where["leave"], on).status_code == 302
    again = lead.post(where["leave"], on)
    assert again.status_code == 409
    assert "もうできません" in again.content.decode()


def test_the_list_is_filtered_exported_and_printed(section: Section) -> None:
    world.appointed(section)
    lead = browser(section.lead)
    every = lead.get(INDEX).content.decode()
    assert "しばらく訪問がない" in every
    assert section.area.name in lead.get(f"{INDEX}?gap=unvisited&q={section.area.name}").content.decode()
    assert "この条件の地区はありません" in lead.get(f"{INDEX}?gap=no_primary").content.decode()
    table = lead.get(f"{INDEX}list.csv").content.decode()
    assert f"{section.area.name},{section.officer.person}" in table
    assert section.town.far_district.name not in table
    assert section.area.name in lead.get(f"{INDEX}print/").content.decode()
    assert browser(section.town.colleague).get(INDEX).status_code == 404
