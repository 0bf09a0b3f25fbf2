"""開庁時間 arithmetic: every promise to a resident is counted in minutes and days on which an office is open.

All moments are timezone-aware; results are in Asia/Tokyo, which has no daylight saving time, so that a day always
has 1,440 minutes. Seconds are cut off: a clerk's clock shows minutes, and cutting keeps the sums exact
(minutes a→b plus minutes b→c are the minutes a→c).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import jpholiday

TOKYO = ZoneInfo("Asia/Tokyo")
DAY_MINUTES = 24 * 60
SEARCH_LIMIT_DAYS = 400
ADD_LIMIT_MINUTES = 5_000_000


class NoOpeningError(Exception):
    """The calendar has no opening within 400 days: it is misconfigured (every day closed)."""


class Span(NamedTuple):
    """An interval of one opening day, in minutes from its 0:00; `end` may pass 24:00 (25:30 is 1,530)."""

    start: int
    end: int

    @classmethod
    def between(cls, opens: time, closes: time) -> Span:
        """Span from two clock times; a closing time not after the opening time belongs to the next morning."""
        start, end = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute
        return cls(start, end if end > start else end + DAY_MINUTES)

    @classmethod
    def parse(cls, text: str) -> Span:
        """Span from `8:30-17:30`; hours past 24 are allowed (`22:00-29:00`). Raises ValueError."""
        opens, closes = text.split("-")
        return cls(_clock_minutes(opens), _clock_minutes(closes))


class MonthDay(NamedTuple):
    """A day of every year, such as 12/29."""

    month: int
    day: int

    @classmethod
    def parse(cls, text: str) -> MonthDay:
        """A day from `12-29`. Raises ValueError."""
        month, day = text.split("-")
        return cls(int(month), int(day))


Spans = tuple[Span, ...]
Week = tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]

YEAR_END = (MonthDay(12, 29), MonthDay(1, 3))
MOST_DAYS = 20_000  # whose spans a calendar remembers


@dataclass(frozen=True)
class OpeningCalendar:
    """When one office is open.

    `week` holds the spans of Monday to Sunday (several a day for a lunch gap, none when closed).
    `year_end` is the closure of every year, both ends included, or None (千葉市の休日を定める条例: 12/29 to 1/3).
    `exceptions` give a date other hours, or none at all, and win over week, holiday and year end.
    A span past midnight belongs to the day on which it starts and pushes back the opening of the next day.
    """

    week: Week
    closed_on_holidays: bool = True
    year_end: tuple[MonthDay, MonthDay] | None = YEAR_END
    exceptions: tuple[tuple[date, Spans], ...] = ()

    def __post_init__(self) -> None:
        """Refuse spans that are empty, unsorted or overlapping (ValueError)."""
        if len(self.week) != 7:
            raise ValueError("a week has seven days")
        for spans in (*self.week, *(spans for _, spans in self.exceptions)):
            _check_spans(spans)

    @classmethod
    def weekdays(cls, *hours: str, exceptions: Iterable[tuple[date, Spans]] = ()) -> OpeningCalendar:
        """Monday to Friday with the same hours: `OpeningCalendar.weekdays("8:30-12:00", "13:00-17:30")`."""
        spans = tuple(Span.parse(text) for text in hours)
        return cls(week=(spans, spans, spans, spans, spans, (), ()), exceptions=tuple(exceptions))

    @classmethod
    def from_rows(
        cls,
        hours: Iterable[tuple[int, time, time]],
        exceptions: Iterable[tuple[date, time | None, time | None]] = (),
        *,
        closed_on_holidays: bool = True,
        year_end: tuple[str, str] | None = ("12-29", "01-03"),
    ) -> OpeningCalendar:
        """The calendar from rows as they are edited: (weekday with Monday 0, opens, closes) and (date, opens, closes).

        Overlapping rows are joined, since an editor's slip must not stop a deadline; an exception without hours is
        a closed day. `year_end` is two `MM-DD` texts, or None or empty texts for no closure. Raises ValueError.
        """
        of_weekday: list[list[Span]] = [[] for _ in range(7)]
        for weekday, opens, closes in hours:
            of_weekday[weekday].append(Span.between(opens, closes))
        of_date: dict[date, list[Span]] = {}
        for day, special_opens, special_closes in exceptions:
            spans = of_date.setdefault(day, [])
            if special_opens is not None and special_closes is not None:
                spans.append(Span.between(special_opens, special_closes))
        closure = (
            (MonthDay.parse(year_end[0]), MonthDay.parse(year_end[1])) if year_end and all(year_end) else None
        )
        monday, tuesday, wednesday, thursday, friday, saturday, sunday = map(_joined, of_weekday)
        return cls(
            week=(monday, tuesday, wednesday, thursday, friday, saturday, sunday),
            closed_on_holidays=closed_on_holidays,
            year_end=closure,
            exceptions=tuple((day, _joined(spans)) for day, spans in sorted(of_date.items())),
        )

    # -- questions about a day

    def is_opening_day(self, day: date) -> bool:
        """Whether the office opens at all on this date."""
        return bool(self._spans(day))

    def opens_at(self, day: date) -> datetime | None:
        """First opening of the date, or None when it is closed."""
        spans = self._spans(day)
        return _moment(day, spans[0].start) if spans else None

    def closes_at(self, day: date) -> datetime | None:
        """Last closing of the opening day (the next morning where it passes midnight), or None when closed."""
        spans = self._spans(day)
        return _moment(day, spans[-1].end) if spans else None

    # -- questions about a moment

    def is_open(self, at: datetime) -> bool:
        """Whether the office is open; the closing minute itself is closed."""
        return self._open_day(_tokyo(at)) is not None

    def opening_day(self, at: datetime) -> date:
        """The opening day to which a moment counts: the running one, else that of the next opening.

        Raises NoOpeningError.
        """
        local = _tokyo(at)
        return self._open_day(local) or self._next_span(local)[0]

    def next_opening(self, at: datetime) -> datetime:
        """The moment itself while open, else the next opening. Raises NoOpeningError."""
        local = _tokyo(at)
        if self._open_day(local):
            return local
        day, span = self._next_span(local)
        return _moment(day, span.start)

    # -- arithmetic

    def minutes_between(self, a: datetime, b: datetime) -> int:
        """Opening minutes from `a` to `b`; negative when `b` is earlier.

        DOMAIN C1: Friday 17:20 to Monday 9:00 with 8:30–17:30 is 40.
        """
        first, last = _to_minute(a), _to_minute(b)
        if last < first:
            return -self.minutes_between(b, a)
        whole_years = sum(self._year(year).total for year in range(first.year, last.year))
        return whole_years + self._position(last) - self._position(first)

    def add_minutes(self, start: datetime, minutes: int) -> datetime:
        """The earliest moment at which so many opening minutes have passed; 0 gives the next opening.

        Ten minutes from Friday 17:20 end on Friday 17:30, not on Monday 8:30.
        Raises ValueError (negative or above 5,000,000) and NoOpeningError.
        """
        if not 0 <= minutes <= ADD_LIMIT_MINUTES:
            raise ValueError(f"minutes must be 0 to {ADD_LIMIT_MINUTES}")
        local = _to_minute(start)
        if minutes == 0:
            return self.next_opening(local)
        year, target = local.year, self._position(local) + minutes
        while target <= 0:
            # The rest of a span that began on 12/31 belongs to the old year.
            year -= 1
            target += self._year(year).total
        return self._locate(local.date(), year, target)

    def add_opening_days(self, start: datetime, days: int) -> datetime:
        """Closing of the n-th opening day after the day of `start`, the day itself not counted (民法140条).

        A filing outside opening hours counts as filed at the next opening. 0 gives the closing of the first day.
        Raises ValueError (negative or above 5,000) and NoOpeningError.
        """
        if not 0 <= days <= 5_000:
            raise ValueError("days must be 0 to 5000")
        opening_days = self._opening_days_from(self.opening_day(start))
        for _ in range(days):
            next(opening_days)
        day = next(opening_days)
        return _moment(day, self._spans(day)[-1].end)

    # -- inside

    @cached_property
    def _exception_of(self) -> dict[date, Spans]:
        return dict(self.exceptions)

    @cached_property
    def _years(self) -> dict[int, _Year]:
        return {}

    def _configured(self, day: date) -> Spans:
        exception = self._exception_of.get(day)
        if exception is not None:
            return exception
        spans = self.week[day.weekday()]
        return () if spans and self._is_closure(day) else spans

    def _is_closure(self, day: date) -> bool:
        if self.closed_on_holidays and day in _holidays(day.year):
            return True
        if self.year_end is None:
            return False
        (first, last), here = self.year_end, (day.month, day.day)
        return first <= here <= last if first <= last else here >= first or here <= last

    @cached_property
    def _spans_of(self) -> dict[date, Spans]:
        return {}

    def _spans(self, day: date) -> Spans:
        """Spans of the day, without the part that the day before already covers; worked out once for each day."""
        known = self._spans_of.get(day)
        if known is None:
            if len(self._spans_of) > MOST_DAYS:
                self._spans_of.clear()
            known = self._spans_of[day] = self._spans_anew(day)
        return known

    def _spans_anew(self, day: date) -> Spans:
        spans = self._configured(day)
        before = self._configured(day - timedelta(days=1))
        overflow = before[-1].end - DAY_MINUTES if before else 0
        if overflow <= 0:
            return spans
        return tuple(Span(max(span.start, overflow), span.end) for span in spans if span.end > overflow)

    def _open_day(self, local: datetime) -> date | None:
        for day in (local.date() - timedelta(days=1), local.date()):
            minute = _minute_of(day, local)
            if any(span.start <= minute < span.end for span in self._spans(day)):
                return day
        return None

    def _next_span(self, local: datetime) -> tuple[date, Span]:
        for offset in range(-1, SEARCH_LIMIT_DAYS + 1):
            day = local.date() + timedelta(days=offset)
            for span in self._spans(day):
                if _moment(day, span.start) >= local:
                    return day, span
        raise NoOpeningError(f"no opening within {SEARCH_LIMIT_DAYS} days of {local.date()}")

    def _year(self, year: int) -> _Year:
        if year not in self._years:
            self._years[year] = _Year.of(self, year)
        return self._years[year]

    def _position(self, local: datetime) -> int:
        """Opening minutes from the first opening day of the year; below zero in a span begun on 12/31."""
        day = local.date()
        before = day - timedelta(days=1)
        passed = self._year(day.year).before(day) + _opened(self._spans(day), _minute_of(day, local))
        yesterday = self._spans(before)
        return passed - (_length(yesterday) - _opened(yesterday, _minute_of(before, local)))

    def _locate(self, origin: date, year: int, target: int) -> datetime:
        last_seen = origin
        while target > (ledger := self._year(year)).total:
            target -= ledger.total
            last_seen = ledger.days[-1] if ledger.days else last_seen
            year += 1
            if date(year, 1, 1) - last_seen > timedelta(days=SEARCH_LIMIT_DAYS):
                raise NoOpeningError(f"no opening within {SEARCH_LIMIT_DAYS} days of {last_seen}")
        index = bisect_left(ledger.cumulative, target) - 1
        rest = target - ledger.cumulative[index]
        for span in self._spans(ledger.days[index]):
            if rest <= span.end - span.start:
                return _moment(ledger.days[index], span.start + rest)
            rest -= span.end - span.start
        raise AssertionError("a ledger disagrees with its spans")

    def _opening_days_from(self, first: date) -> Iterator[date]:
        last_seen, year = first, first.year
        while True:
            days = self._year(year).days
            for day in days[bisect_left(days, first) :]:
                last_seen = day
                yield day
            year += 1
            if date(year, 1, 1) - last_seen > timedelta(days=SEARCH_LIMIT_DAYS):
                raise NoOpeningError(f"no opening within {SEARCH_LIMIT_DAYS} days of {last_seen}")


@dataclass(frozen=True)
class _Year:
    """Opening days of one year with running sums, so that long periods cost a bisection and not a walk."""

    days: list[date]
    cumulative: list[int]

    @classmethod
    def of(cls, calendar: OpeningCalendar, year: int) -> _Year:
        days: list[date] = []
        cumulative = [0]
        day = date(year, 1, 1)
        while day.year == year:
            if length := _length(calendar._spans(day)):
                days.append(day)
                cumulative.append(cumulative[-1] + length)
            day += timedelta(days=1)
        return cls(days, cumulative)

    @property
    def total(self) -> int:
        return self.cumulative[-1]

    def before(self, day: date) -> int:
        return self.cumulative[bisect_left(self.days, day)]


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    """国民の祝日 with 振替休日 and 国民の休日 (国民の祝日に関する法律3条)."""
    return frozenset(day for day, _name in jpholiday.year_holidays(year))


def _check_spans(spans: Spans) -> None:
    floor = 0
    for span in spans:
        if not floor <= span.start < span.end <= 2 * DAY_MINUTES:
            raise ValueError(f"opening spans must be sorted, apart and at most 48 hours: {spans}")
        floor = span.end


def _joined(spans: Iterable[Span]) -> Spans:
    """Sorted spans, those that touch or overlap made one."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)


def _clock_minutes(text: str) -> int:
    hours, minutes = text.strip().split(":")
    return int(hours) * 60 + int(minutes)


def _tokyo(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return at.astimezone(TOKYO)


def _to_minute(at: datetime) -> datetime:
    return _tokyo(at).replace(second=0, microsecond=0)


def _moment(day: date, minute: int) -> datetime:
    return datetime.combine(day, time.min, TOKYO) + timedelta(minutes=minute)


def _minute_of(day: date, local: datetime) -> int:
    """Whole minutes from 0:00 of `day` to the moment."""
    return (local.date() - day).days * DAY_MINUTES + local.hour * 60 + local.minute


def _length(spans: Spans) -> int:
    return sum(span.end - span.start for span in spans)


def _opened(spans: Spans, minute: int) -> int:
    """Minutes of the spans that lie before the given minute of the day."""
    return sum(max(0, min(span.end, minute) - span.start) for span in spans)
