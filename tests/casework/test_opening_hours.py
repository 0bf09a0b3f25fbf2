"""開庁時間: the clerks' own examples, the awkward days of the Japanese year, and laws that must hold for any calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chiba_ward.casework.opening_hours import (
    TOKYO,
    MonthDay,
    NoOpeningError,
    OpeningCalendar,
    Span,
)
from tests.patience import costs_little

WARD = OpeningCalendar.weekdays("8:30-17:30")
LUNCH = OpeningCalendar.weekdays("8:30-12:00", "13:00-17:30")
NIGHT = OpeningCalendar(week=((Span.parse("22:00-29:00"),),) * 7, closed_on_holidays=False, year_end=None)
ROUND_THE_CLOCK = OpeningCalendar(week=((Span(0, 1440),),) * 7, closed_on_holidays=False, year_end=None)
NEVER = OpeningCalendar(week=((), (), (), (), (), (), ()))
EVENING = OpeningCalendar(
    week=(
        (Span.parse("8:30-17:30"),),
        (),
        (Span.parse("8:30-12:00"), Span.parse("18:00-26:00")),
        (),
        (),
        (),
        (),
    ),
    exceptions=((date(2026, 12, 30), (Span.parse("9:00-12:00"),)), (date(2026, 6, 1), ())),
)


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=TOKYO)


# -- the clerks' examples


def test_friday_evening_to_monday_morning_is_forty_minutes() -> None:
    assert WARD.minutes_between(at("2026-11-13 17:20"), at("2026-11-16 09:00")) == 40


def test_forty_minutes_from_friday_evening_end_on_monday_at_nine() -> None:
    assert WARD.add_minutes(at("2026-11-13 17:20"), 40) == at("2026-11-16 09:00")


def test_minutes_that_fit_before_closing_end_at_closing() -> None:
    assert WARD.add_minutes(at("2026-11-13 17:20"), 10) == at("2026-11-13 17:30")


def test_three_opening_days_do_not_count_the_day_of_filing() -> None:
    assert WARD.add_opening_days(at("2026-11-09 10:00"), 3) == at("2026-11-12 17:30")


def test_a_filing_at_night_counts_from_the_next_opening() -> None:
    assert WARD.opening_day(at("2026-11-13 20:00")) == date(2026, 11, 16)
    assert WARD.add_opening_days(at("2026-11-13 20:00"), 1) == at("2026-11-17 17:30")


def test_a_filing_before_opening_counts_on_the_same_day() -> None:
    assert WARD.add_opening_days(at("2026-11-13 05:00"), 1) == at("2026-11-16 17:30")


def test_zero_opening_days_end_with_the_first_day() -> None:
    assert WARD.add_opening_days(at("2026-11-14 05:00"), 0) == at("2026-11-16 17:30")


def test_zero_minutes_give_the_next_opening() -> None:
    assert WARD.add_minutes(at("2026-11-13 17:30"), 0) == at("2026-11-16 08:30")
    assert WARD.add_minutes(at("2026-11-13 12:00"), 0) == at("2026-11-13 12:00")


def test_the_closing_minute_is_closed_and_the_opening_minute_open() -> None:
    assert WARD.is_open(at("2026-11-13 08:30"))
    assert not WARD.is_open(at("2026-11-13 17:30"))


def test_opens_and_closes_on_a_date() -> None:
    assert WARD.opens_at(date(2026, 11, 13)) == at("2026-11-13 08:30")
    assert WARD.closes_at(date(2026, 11, 13)) == at("2026-11-13 17:30")
    assert WARD.closes_at(date(2026, 11, 14)) is None


# -- the Japanese year


@pytest.mark.parametrize(
    "closed",
    [
        "2026-05-03", "2026-05-04", "2026-05-05", "2026-05-06",  # Golden Week, 5/6 as 振替休日
        "2026-09-22",  # 国民の休日 between 敬老の日 and 秋分の日
        "2026-11-23", "2027-03-22", "2026-12-29", "2026-12-31", "2027-01-01", "2027-01-03",
    ],
)  # fmt: skip
def test_closed_days(closed: str) -> None:
    assert not WARD.is_opening_day(date.fromisoformat(closed))


@pytest.mark.parametrize("opened", ["2026-05-01", "2026-05-07", "2026-12-28", "2027-01-04", "2028-02-29"])
def test_opening_days(opened: str) -> None:
    assert WARD.is_opening_day(date.fromisoformat(opened))


def test_golden_week_is_skipped() -> None:
    assert WARD.add_minutes(at("2026-05-01 17:00"), 60) == at("2026-05-07 09:00")
    assert WARD.add_opening_days(at("2026-05-01 17:00"), 1) == at("2026-05-07 17:30")


def test_year_end_is_skipped() -> None:
    assert WARD.minutes_between(at("2026-12-28 17:00"), at("2027-01-04 09:00")) == 60
    assert WARD.add_opening_days(at("2026-12-28 09:00"), 2) == at("2027-01-05 17:30")


def test_substitute_holiday_is_skipped() -> None:
    assert WARD.add_minutes(at("2027-03-19 17:29"), 2) == at("2027-03-23 08:31")


def test_leap_day_counts() -> None:
    assert WARD.minutes_between(at("2028-02-28 17:00"), at("2028-03-01 09:00")) == 30 + 540 + 30


def test_an_office_may_open_on_holidays_and_at_year_end() -> None:
    always = OpeningCalendar(week=WARD.week, closed_on_holidays=False, year_end=None)
    assert always.is_opening_day(date(2026, 11, 23))
    assert always.is_opening_day(date(2026, 12, 31))


def test_a_closure_within_one_year() -> None:
    obon = OpeningCalendar(week=WARD.week, year_end=(MonthDay(8, 13), MonthDay(8, 15)))
    assert not obon.is_opening_day(date(2026, 8, 14))
    assert obon.is_opening_day(date(2026, 8, 17))
    assert obon.is_opening_day(date(2026, 12, 31))


def test_dated_exceptions_win_over_week_holiday_and_year_end() -> None:
    assert EVENING.closes_at(date(2026, 12, 30)) == at("2026-12-30 12:00")
    assert not EVENING.is_opening_day(date(2026, 6, 1))


# -- lunch gap and past midnight


def test_the_lunch_gap_does_not_count() -> None:
    assert not LUNCH.is_open(at("2026-11-13 12:30"))
    assert LUNCH.next_opening(at("2026-11-13 12:30")) == at("2026-11-13 13:00")
    assert LUNCH.minutes_between(at("2026-11-13 11:50"), at("2026-11-13 13:10")) == 20
    assert LUNCH.add_minutes(at("2026-11-13 11:50"), 20) == at("2026-11-13 13:10")
    assert LUNCH.add_opening_days(at("2026-11-13 12:30"), 1) == at("2026-11-16 17:30")


def test_a_span_past_midnight_belongs_to_the_day_it_began() -> None:
    assert NIGHT.is_open(at("2026-11-14 04:59"))
    assert not NIGHT.is_open(at("2026-11-14 05:00"))
    assert NIGHT.opening_day(at("2026-11-14 01:00")) == date(2026, 11, 13)
    assert NIGHT.closes_at(date(2026, 11, 13)) == at("2026-11-14 05:00")
    assert NIGHT.minutes_between(at("2026-12-31 23:00"), at("2027-01-01 23:00")) == 6 * 60 + 60
    assert NIGHT.add_minutes(at("2027-01-01 01:00"), 60) == at("2027-01-01 02:00")


def test_a_day_opens_only_after_the_night_before_has_closed() -> None:
    calendar = OpeningCalendar(
        week=((Span.parse("20:00-33:00"),), (Span.parse("8:30-17:30"),), (), (), (), (), ()),
    )
    assert calendar.opens_at(date(2026, 11, 10)) == at("2026-11-10 09:00")
    assert calendar.minutes_between(at("2026-11-09 00:00"), at("2026-11-11 00:00")) == 13 * 60 + 510


def test_spans_come_from_clock_times() -> None:
    assert Span.between(time(22), time(5)) == Span(1320, 1740)


def test_a_calendar_from_edited_rows_joins_what_overlaps() -> None:
    hours = [
        (0, time(13), time(17, 30)),
        (0, time(8, 30), time(12)),
        (0, time(11), time(12, 30)),
        (4, time(20), time(2)),
    ]
    special = date(2026, 11, 10)
    rows = [(special, time(9), time(12)), (special, time(13), time(15)), (date(2026, 11, 9), None, None)]
    calendar = OpeningCalendar.from_rows(hours, rows, closed_on_holidays=False, year_end=("", ""))
    assert calendar.week[0] == (Span(510, 750), Span(780, 1050))
    assert calendar.week[4] == (Span(1200, 1560),)
    assert calendar.exceptions == ((date(2026, 11, 9), ()), (special, (Span(540, 720), Span(780, 900))))
    assert calendar.year_end is None
    assert OpeningCalendar.from_rows(hours).year_end == WARD.year_end


# -- doors


def test_other_zones_come_out_in_tokyo() -> None:
    filed = datetime(2026, 11, 13, 8, 20, tzinfo=UTC)
    assert WARD.add_minutes(filed, 40) == at("2026-11-16 09:00")
    assert WARD.add_minutes(filed, 40).tzinfo is TOKYO


def test_naive_moments_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        WARD.is_open(datetime(2026, 11, 13, 9, 0))


def test_seconds_are_cut() -> None:
    start = at("2026-11-13 09:00") + timedelta(seconds=59)
    assert WARD.minutes_between(start, at("2026-11-13 09:01")) == 1


@pytest.mark.parametrize("days", [1, 5])
def test_a_calendar_that_never_opens_says_so(days: int) -> None:
    start = at("2026-11-13 09:00")
    for question in (
        lambda: NEVER.next_opening(start),
        lambda: NEVER.add_minutes(start, 10),
        lambda: NEVER.add_minutes(start, 0),
        lambda: NEVER.add_opening_days(start, days),
        lambda: NEVER.opening_day(start),
    ):
        with pytest.raises(NoOpeningError):
            question()
    assert NEVER.minutes_between(start, at("2029-11-13 09:00")) == 0


def test_a_calendar_that_stops_opening_says_so() -> None:
    last = OpeningCalendar(week=NEVER.week, exceptions=((date(2026, 11, 13), (Span.parse("9:00-12:00"),)),))
    assert last.add_minutes(at("2026-11-12 09:00"), 180) == at("2026-11-13 12:00")
    with pytest.raises(NoOpeningError):
        last.add_minutes(at("2026-11-12 09:00"), 181)
    with pytest.raises(NoOpeningError):
        last.add_opening_days(at("2026-11-12 09:00"), 1)


@pytest.mark.parametrize("spans", [(Span(600, 500),), (Span(500, 600), Span(550, 700)), (Span(0, 3000),)])
def test_senseless_spans_are_refused(spans: tuple[Span, ...]) -> None:
    with pytest.raises(ValueError, match="opening spans"):
        OpeningCalendar(week=(spans, (), (), (), (), (), ()))


@pytest.mark.parametrize("minutes", [-1, 5_000_001])
def test_unreasonable_sums_are_refused(minutes: int) -> None:
    with pytest.raises(ValueError, match="minutes must be"):
        WARD.add_minutes(at("2026-11-13 09:00"), minutes)


def test_ten_years_are_cheap() -> None:
    calendar = OpeningCalendar.weekdays("8:30-17:30")
    first, last = at("2020-01-06 09:00"), at("2030-01-07 09:00")
    calendar.minutes_between(first, last)
    with costs_little(seconds=2):
        for _ in range(1_000):
            calendar.minutes_between(first, last)


# -- laws

CALENDARS = st.sampled_from([WARD, LUNCH, NIGHT, ROUND_THE_CLOCK, EVENING])
MOMENTS = st.datetimes(datetime(2025, 12, 1), datetime(2029, 4, 30)).map(
    lambda moment: moment.replace(tzinfo=TOKYO)
)
MINUTES = st.integers(1, 200_000)


@given(CALENDARS, MOMENTS, MINUTES)
def test_adding_then_counting_is_the_identity(
    calendar: OpeningCalendar, start: datetime, minutes: int
) -> None:
    assert calendar.minutes_between(start, calendar.add_minutes(start, minutes)) == minutes


@given(CALENDARS, MOMENTS, MINUTES)
def test_the_result_is_the_earliest_such_moment(
    calendar: OpeningCalendar, start: datetime, minutes: int
) -> None:
    result = calendar.add_minutes(start, minutes)
    assert calendar.minutes_between(start, result - timedelta(minutes=1)) == minutes - 1


@given(CALENDARS, MOMENTS, MOMENTS, MOMENTS)
def test_counting_is_additive(calendar: OpeningCalendar, a: datetime, b: datetime, c: datetime) -> None:
    parts = calendar.minutes_between(a, b) + calendar.minutes_between(b, c)
    assert calendar.minutes_between(a, c) == parts


@given(CALENDARS, MOMENTS, MOMENTS)
def test_counting_is_monotone_and_never_exceeds_the_wall_clock(
    calendar: OpeningCalendar, a: datetime, b: datetime
) -> None:
    first, last = sorted((a, b))
    counted = calendar.minutes_between(first, last)
    assert 0 <= counted <= (last - first) / timedelta(minutes=1) + 1
    assert calendar.minutes_between(last, first) == -counted


@given(CALENDARS, MOMENTS, MINUTES, MINUTES)
def test_adding_twice_is_adding_the_sum(calendar: OpeningCalendar, start: datetime, m: int, n: int) -> None:
    assert calendar.add_minutes(calendar.add_minutes(start, m), n) == calendar.add_minutes(start, m + n)


@given(CALENDARS, MOMENTS, MOMENTS, MINUTES)
def test_a_later_start_never_ends_earlier(
    calendar: OpeningCalendar, a: datetime, b: datetime, minutes: int
) -> None:
    first, last = sorted((a, b))
    assert calendar.add_minutes(first, minutes) <= calendar.add_minutes(last, minutes)


@given(CALENDARS, MOMENTS, st.integers(0, 60))
def test_opening_days_end_on_opening_days_and_grow(
    calendar: OpeningCalendar, start: datetime, days: int
) -> None:
    result, following = calendar.add_opening_days(start, days), calendar.add_opening_days(start, days + 1)
    assert start < result < following
    assert calendar.minutes_between(result - timedelta(minutes=1), result) == 1


@given(CALENDARS, MOMENTS)
def test_the_next_opening_is_open_and_nothing_opens_before(
    calendar: OpeningCalendar, moment: datetime
) -> None:
    opening = calendar.next_opening(moment)
    assert calendar.is_open(opening)
    assert calendar.minutes_between(moment, opening) == 0


@settings(max_examples=25)
@given(CALENDARS, MOMENTS, st.integers(0, 5_000))
def test_the_ledger_agrees_with_a_walk_minute_by_minute(
    calendar: OpeningCalendar, start: datetime, length: int
) -> None:
    start = start.replace(second=0, microsecond=0)
    walked = sum(calendar.is_open(start + timedelta(minutes=minute)) for minute in range(length))
    assert calendar.minutes_between(start, start + timedelta(minutes=length)) == walked
