"""次第 fills itself: undecided items, and decisions that nobody has reported by their day (C19)."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from chiba_ward.casework.refusals import Refused
from regional_issues.enums import IssueHorizon
from regional_issues.meetings.enums import Audience, ItemKind, MeetingKind, Outcome
from regional_issues.meetings.models import AgendaItem, Decision
from regional_issues.meetings.services import agenda, decisions, meetings
from regional_issues.path import steps_of
from regional_issues.services import issues
from tests.ward_meetings.halls import Hall, fresh, in_days

pytestmark = pytest.mark.django_db


def late(hall: Hall) -> Decision:
    return hall.decide(hall.called(days=1), in_days(-1))


def held(hall: Hall) -> Decision:
    found = late(hall)
    meetings.hold(found.item.meeting_id, by=hall.by, attended=[])
    return found


def test_a_decision_not_reported_by_its_day_is_on_the_next_agenda_by_itself(hall: Hall) -> None:
    found = held(hall)
    following = hall.plan()
    assert [row.overdue for row in following.items.all()] == [found]
    assert agenda.fill_all() == 0, "never twice"


def test_it_comes_on_the_agenda_that_was_there_before_it_was_late(hall: Hall) -> None:
    meeting = hall.called(days=1)
    hall.decide(meeting, in_days(0))
    meetings.hold(meeting.pk, by=hall.by, attended=[])
    following = hall.plan()
    assert not following.items.exists()
    late_one = held(hall)
    assert agenda.fill_all() in (0, 1)
    assert following.items.filter(overdue=late_one).count() == 1


def test_the_database_refuses_a_second_waiting_row(hall: Hall) -> None:
    found = held(hall)
    following, later = hall.plan(), hall.plan(days=30)
    plain = {"title": "x", "order": 1, "kind": ItemKind.REPORT, "presenter": hall.korei, "overdue": found}
    for meeting in (following, later):
        with pytest.raises(IntegrityError), transaction.atomic():
            AgendaItem.objects.create(meeting=meeting, **plain)


def test_a_reported_decision_comes_nowhere(hall: Hall) -> None:
    found = held(hall)
    decisions.report(found.pk, by=hall_section(hall), text="直しました")
    assert not hall.plan().items.exists()


def hall_section(hall: Hall):
    from tests.ward_meetings.halls import act_as

    return act_as(hall.section)


def test_still_not_reported_after_the_meeting_it_comes_again(hall: Hall) -> None:
    found = held(hall)
    following = meetings.call(hall.plan(days=2).pk, by=hall.by)
    last = hall.plan(days=30)
    assert not last.items.exists(), "it waits in one meeting"
    meetings.hold(following.pk, by=hall.by, attended=[])
    assert [row.overdue for row in last.items.all()] == [found]


def test_of_the_liaison_meeting_it_goes_to_the_internal_one(hall: Hall) -> None:
    meeting = hall.called(kind=MeetingKind.LIAISON, days=1)
    found = hall.decide(meeting, in_days(-1))
    meetings.hold(meeting.pk, by=hall.by, attended=[])
    assert not hall.plan(MeetingKind.LIAISON, days=9).items.exists()
    assert [row.overdue for row in hall.plan().items.all()] == [found]


def test_an_urgent_meeting_takes_nothing_along(hall: Hall) -> None:
    held(hall)
    assert not hall.plan(days=1, is_urgent=True).items.exists()


def test_an_undecided_item_returns_once_and_is_recorded_there(hall: Hall) -> None:
    meeting = hall.called(("街灯", Audience.INTERNAL), days=1)
    meetings.hold(meeting.pk, by=hall.by, attended=[])
    item = meeting.items.get()
    assert item.outcome == Outcome.CARRIED
    following = hall.plan()
    row = following.items.get()
    assert (row.carried_from, row.audience) == (item, Audience.INTERNAL)
    assert agenda.fill(hall.ward.pk, MeetingKind.INTERNAL) == 0
    with pytest.raises(Refused, match="次の会議の次第"):
        agenda.record(meeting.pk, by=hall.by, item=item.pk, outcome=Outcome.DECIDED, summary="x")


def test_taken_off_with_a_reason_and_moved(hall: Hall) -> None:
    meeting = hall.plan()
    first, second = hall.put(meeting, "一"), hall.put(meeting, "二")
    agenda.move(meeting.pk, by=hall.by, item=second.pk, order=1)
    assert [row.title for row in meeting.items.order_by("order")] == ["二", "一"]
    agenda.take_off(meeting.pk, by=hall.by, item=first.pk, reason="資料がない")
    assert [row.title for row in meeting.items.on_agenda()] == ["二"]
    assert fresh(first).taken_off_reason == "資料がない"


def test_no_internal_item_on_the_liaison_meeting(hall: Hall) -> None:
    with pytest.raises(Refused, match="内部のみの議題"):
        hall.put(hall.plan(MeetingKind.LIAISON), audience=Audience.INTERNAL)


def test_an_outside_organisation_is_not_in_charge_of_what_it_may_not_read(hall: Hall) -> None:
    meeting = hall.called(("予算", Audience.INTERNAL))
    with pytest.raises(Refused, match="外部の機関"):
        hall.decide(meeting, in_days(9), hall.outside)


@pytest.mark.parametrize(("today", "is_late"), [(dt.date(2027, 3, 31), False), (dt.date(2027, 4, 1), True)])
def test_due_on_the_last_day_of_march(hall: Hall, today: dt.date, is_late: bool) -> None:
    hall.decide(hall.called(), dt.date(2027, 3, 31))
    assert Decision.objects.overdue(today).exists() is is_late


def test_march_prints_marchs_name(hall: Hall) -> None:
    found = hall.decide(hall.called(), dt.date(2027, 3, 31))
    found.at = timezone.make_aware(dt.datetime(2027, 3, 20, 10))
    version = hall.korei.versions.get()
    version.valid_to = dt.date(2027, 4, 1)
    version.save()
    hall.korei.versions.create(name="若葉区 福祉課", valid_from=dt.date(2027, 4, 1))
    assert found.office_name == "若葉区 高齢障害支援課"


@pytest.mark.parametrize(("day", "year"), [(dt.date(2027, 3, 31), 2026), (dt.date(2027, 4, 1), 2027)])
def test_the_fiscal_year_of_a_meeting(hall: Hall, day: dt.date, year: int) -> None:
    starts = timezone.make_aware(dt.datetime.combine(day, dt.time(0, 30)))
    made = meetings.plan(hall.by, kind=MeetingKind.INTERNAL, starts_at=starts, place="x", way="visit")
    assert (made.fiscal_year, made.number) == (year, 1)


def test_an_undecided_issue_returns_until_the_register_says_it_is_decided(hall: Hall) -> None:
    plain = {
        "title": "坂道の街灯",
        "summary": "暗い",
        "horizon": IssueHorizon.LONG_TERM,
        "next_on": in_days(30),
    }
    issue = issues.register(by=hall.by, **plain)
    issues.assess(issue.pk, by=hall.by, horizon=IssueHorizon.LONG_TERM, owner=hall.korei, next_on=in_days(30))
    first = hall.plan(days=1)
    assert [row.issue for row in first.items.all()] == [issue]
    meetings.call(first.pk, by=hall.by)
    assert fresh(issue).state == "tabled"
    meetings.hold(first.pk, by=hall.by, attended=[])
    following = hall.plan(days=9)
    assert [row.issue for row in following.items.all()] == [issue]
    assert agenda.fill_all() == 0
    issues.take_in_hand(fresh(issue), by=hall.by, owner=hall.korei, next_on=in_days(60))
    meetings.hold(meetings.call(following.pk, by=hall.by).pk, by=hall.by, attended=[])
    assert not hall.plan(days=20).items.exists()
    assert [step.kind for step in steps_of(hall.by, fresh(issue))] == ["区内調整会議"] * 2
