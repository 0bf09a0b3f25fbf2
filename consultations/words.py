"""How a clerk reads a moment: 「あと40分」「2開庁日超過」, never colour alone."""

import datetime as dt

from django.utils import timezone

from chiba_ward.casework.opening_hours import OpeningCalendar


def due_in_words(due: dt.datetime | None, now: dt.datetime, calendar: OpeningCalendar) -> str:
    """The opening time left or exceeded, rounded down to minutes, hours or opening days."""
    if due is None:
        return ""
    if due >= now:
        left = span_in_words(now, due, calendar)
        return f"あと{left}" if left else "今日の開庁時間は終わり"
    return f"{span_in_words(due, now, calendar) or '閉庁後'}超過"


def span_in_words(start: dt.datetime, end: dt.datetime, calendar: OpeningCalendar) -> str:
    """「40分」 and 「3時間05分」 within one opening day, then whole opening days; empty for no opening time.

    A day is as long as the office is open that day: nothing here knows how long that is.
    """
    minutes = calendar.minutes_between(start, end)
    if minutes < 60:
        return f"{minutes}分" if minutes else ""
    length = _day_length(start, calendar)
    if length and minutes >= length:
        return f"{minutes // length}開庁日"
    return f"{minutes // 60}時間{minutes % 60:02d}分"


def elapsed_in_words(start: dt.datetime, now: dt.datetime, calendar: OpeningCalendar) -> str:
    """Minutes exactly up to three hours (C1: Friday 17:20 to Monday 9:00 is 40分), then rounded."""
    minutes = calendar.minutes_between(start, now)
    return f"{minutes}分" if minutes < 180 else span_in_words(start, now, calendar)


def is_due_today(due: dt.datetime | None, now: dt.datetime) -> bool:
    return due is not None and timezone.localdate(due) <= timezone.localdate(now)


def _day_length(moment: dt.datetime, calendar: OpeningCalendar) -> int:
    """Opening minutes of the first opening day from `moment` on."""
    day = calendar.opening_day(moment)
    opens, closes = calendar.opens_at(day), calendar.closes_at(day)
    return calendar.minutes_between(opens, closes) if opens and closes else 0
