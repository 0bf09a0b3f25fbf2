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
    days = _opening_days(start, end, calendar)
    if days:
        return f"{days}開庁日"
    if minutes < 60:
        return f"{minutes}分" if minutes else ""
    return f"{minutes // 60}時間{minutes % 60:02d}分"


def elapsed_in_words(start: dt.datetime, now: dt.datetime, calendar: OpeningCalendar) -> str:
    """Minutes exactly up to three hours (C1: Friday 17:20 to Monday 9:00 is 40分), then rounded."""
    minutes = calendar.minutes_between(start, now)
    return f"{minutes}分" if minutes < 180 else span_in_words(start, now, calendar)


def is_due_today(due: dt.datetime | None, now: dt.datetime) -> bool:
    return due is not None and timezone.localdate(due) <= timezone.localdate(now)


def _opening_days(start: dt.datetime, end: dt.datetime, calendar: OpeningCalendar) -> int:
    """How many whole opening days lie between: the n-th closing after the day of `start` is not later than `end`."""
    low, high = 0, max(1, (end - start).days + 1)
    while low < high:
        middle = (low + high + 1) // 2
        if calendar.minutes_between(start, calendar.add_opening_days(start, middle)) <= calendar.minutes_between(start, end):
            low = middle
        else:
            high = middle - 1
    return low
