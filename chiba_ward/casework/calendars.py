"""The opening calendar of an office, read from its rows and kept a minute (DESIGN §2 rule 7)."""

import datetime as dt
import time
from dataclasses import dataclass
from functools import lru_cache

from chiba_ward.casework.enums import TimeUnit
from chiba_ward.casework.opening_hours import OpeningCalendar
from chiba_ward.directory.models import Calendar, Office

KEEP_SECONDS = 60
AT_DESKS = (dt.timedelta(0), dt.timedelta(hours=1), dt.timedelta(hours=-2))

Hours = tuple[tuple[int, dt.time, dt.time], ...]
Exceptions = tuple[tuple[dt.date, dt.time | None, dt.time | None], ...]


@dataclass(frozen=True)
class _Rows:
    """The content of a calendar's rows: equal content keeps the same calendar and its year ledgers."""

    hours: Hours
    exceptions: Exceptions
    closed_on_holidays: bool
    year_end: tuple[str, str]


_kept: dict[int, tuple[float, OpeningCalendar]] = {}


def calendar_of(office: Office) -> OpeningCalendar:
    """When this office is open; an edited row takes effect within 60 seconds in every process."""
    kept = _kept.get(office.calendar_id)
    if kept and time.monotonic() - kept[0] < KEEP_SECONDS:
        return kept[1]
    calendar = _of_content(_rows(office.calendar_id))
    _kept[office.calendar_id] = (time.monotonic(), calendar)
    return calendar


def is_working_time(office: Office, at: dt.datetime) -> bool:
    """Open, or so near to it that people are at their desks: an hour before, two hours after."""
    calendar = calendar_of(office)
    return any(calendar.is_open(at + shift) for shift in AT_DESKS)


def forget() -> None:
    """Read the rows anew at the next question: after an edit in this process, and between tests."""
    _kept.clear()


def opening_minutes(office: Office, a: dt.datetime, b: dt.datetime) -> int:
    """Opening minutes of the office from `a` to `b`; negative when `b` is earlier."""
    return calendar_of(office).minutes_between(a, b)


def after(calendar: OpeningCalendar, start: dt.datetime, unit: str, amount: int) -> dt.datetime:
    """The moment `amount` units after `start`. Opening days end at closing; 0 of them is the same day.

    Raises NoOpeningError for a calendar that never opens.
    """
    if unit == TimeUnit.WALL_MINUTES:
        return start + dt.timedelta(minutes=amount)
    if unit == TimeUnit.OPENING_DAYS:
        return calendar.add_opening_days(start, amount)
    return calendar.add_minutes(start, amount)


def _rows(calendar_id: int) -> _Rows:
    row = Calendar.objects.get(pk=calendar_id)
    return _Rows(
        hours=tuple(row.hours.order_by("weekday", "opens").values_list("weekday", "opens", "closes")),
        exceptions=tuple(row.exceptions.order_by("date", "opens").values_list("date", "opens", "closes")),
        closed_on_holidays=row.closed_on_holidays,
        year_end=(row.year_end_from, row.year_end_to),
    )


@lru_cache(maxsize=64)
def _of_content(rows: _Rows) -> OpeningCalendar:
    return OpeningCalendar.from_rows(
        rows.hours, rows.exceptions, closed_on_holidays=rows.closed_on_holidays, year_end=rows.year_end
    )
