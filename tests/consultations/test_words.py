"""C1 and how a clerk reads time."""

import datetime as dt

import pytest

from chiba_ward.casework.opening_hours import OpeningCalendar
from consultations import words
from tests.consultations.staff_support import at

HOURS = OpeningCalendar.weekdays("8:30-17:30")
LUNCH = OpeningCalendar.weekdays("8:30-12:00", "13:00-17:15")


def test_c1_friday_evening_to_monday_morning_is_forty_minutes() -> None:
    assert words.elapsed_in_words(at("2026-05-15 17:20"), at("2026-05-18 09:00"), HOURS) == "40分"


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ("2026-05-18 09:40", "あと40分"),
        ("2026-05-18 12:05", "あと3時間05分"),
        ("2026-05-19 09:00", "あと1開庁日"),
        ("2026-05-18 08:40", "20分超過"),
        ("2026-05-15 09:00", "1開庁日超過"),
    ],
)
def test_due_time_in_opening_time(due: str, said: str) -> None:
    assert words.due_in_words(at(due), at("2026-05-18 09:00"), HOURS) == said


def test_lunch_is_no_opening_time() -> None:
    assert words.due_in_words(at("2026-05-18 13:10"), at("2026-05-18 11:50"), LUNCH) == "あと20分"


def test_a_day_is_as_long_as_the_office_is_open() -> None:
    assert words.span_in_words(at("2026-05-18 08:30"), at("2026-05-18 17:15"), LUNCH) == "1開庁日"
    assert words.span_in_words(at("2026-05-18 08:30"), at("2026-05-18 17:14"), LUNCH) == "7時間44分"


def test_holidays_and_new_year_do_not_count() -> None:
    assert words.span_in_words(at("2026-12-28 17:00"), at("2027-01-04 08:45"), HOURS) == "45分"
    assert words.due_in_words(None, at("2026-05-18 09:00"), HOURS) == ""


def test_overdue_only_by_closed_hours_is_still_said() -> None:
    assert words.due_in_words(at("2026-05-18 17:30"), at("2026-05-18 20:00"), HOURS) == "閉庁後超過"
    assert (
        words.due_in_words(at("2026-05-18 20:30"), at("2026-05-18 20:00"), HOURS) == "今日の開庁時間は終わり"
    )
    assert words.is_due_today(at("2026-05-18 23:00"), at("2026-05-18 09:00"))
    assert not words.is_due_today(at("2026-05-19 00:01"), at("2026-05-18 09:00"))
    assert not words.is_due_today(None, dt.datetime.now(dt.UTC))
