"""A deadline in words, by the calendar of Chiba."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from chiba_ward.ui.due import due, due_state

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=TOKYO)


def at(month: int, day: int, hour: int = 17, minute: int = 30, year: int = 2026) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("moment", "words", "state"),
    [
        (at(11, 24), "きょう17時30分まで", "today"),
        (at(11, 24, 9, 0), "きょう9時00分まで", "today"),
        (at(11, 25), "あす17時30分まで", ""),
        (at(11, 26), "あさって17時30分まで", ""),
        (at(11, 27), "11月27日（金）17時30分まで", ""),
        (at(1, 5, year=2027), "2027年1月5日（火）17時30分まで", ""),
        (at(11, 24, 8, 59), "1分過ぎています", "late"),
        (at(11, 24, 7, 0), "2時間過ぎています", "late"),
        (at(11, 23), "1日過ぎています", "late"),
    ],
)
def test_near_days_have_names_and_what_is_past_says_by_how_much(
    moment: dt.datetime, words: str, state: str
) -> None:
    assert due(moment, NOW) == words
    assert due_state(moment, NOW) == state


def test_the_day_is_that_of_chiba_whatever_zone_the_moment_is_in() -> None:
    just_after_midnight = dt.datetime(2026, 11, 24, 15, 30, tzinfo=dt.UTC)
    assert due(just_after_midnight, NOW) == "あす0時30分まで"


def test_nothing_due_is_nothing_said() -> None:
    assert due(None) == ""
    assert due_state(None) == ""
