"""Japanese eras (和暦), fiscal years (年度) and the reading of dates as people write them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from django.utils import timezone

WEEKDAYS = "月火水木金土日"


@dataclass(frozen=True)
class Era:
    """An era by its first day (元号法, and the decrees for the older ones)."""

    name: str
    letter: str
    begins: dt.date


# Meiji counts from the day the solar calendar was adopted: no earlier date can be told exactly.
ERAS = (
    Era("令和", "R", dt.date(2019, 5, 1)),
    Era("平成", "H", dt.date(1989, 1, 8)),
    Era("昭和", "S", dt.date(1926, 12, 25)),
    Era("大正", "T", dt.date(1912, 7, 30)),
    Era("明治", "M", dt.date(1873, 1, 1)),
)
_FIRST_YEARS = {"明治": 1868}
_BY_NAME = {key: era for era in ERAS for key in (era.name, era.letter)}


def _first_year(era: Era) -> int:
    return _FIRST_YEARS.get(era.name, era.begins.year)


def era_of(day: dt.date) -> Era | None:
    """Return the era of a day, or None before 1873 (明治6年)."""
    return next((era for era in ERAS if day >= era.begins), None)


def era_year(day: dt.date) -> str:
    """Return 「令和8年」; the first year is 元年; before 1873 the western year."""
    era = era_of(day)
    if era is None:
        return f"{day.year}年"
    number = day.year - _first_year(era) + 1
    return f"{era.name}{'元' if number == 1 else number}年"


def era_letter_year(year: int) -> str:
    """Return 「R8」 for the 年度 that begins in April of ``year``, as numbers on paper carry it."""
    day = dt.date(year, 5, 1)
    era = era_of(day)
    return f"{era.letter}{year - _first_year(era) + 1}" if era else str(year)


def wareki(day: dt.date) -> str:
    """Return 「令和8年11月23日」."""
    return f"{era_year(day)}{day.month}月{day.day}日"


def western(day: dt.date) -> str:
    """Return 「2026年11月23日」."""
    return f"{day.year}年{day.month}月{day.day}日"


def both_calendars(day: dt.date) -> str:
    """Return 「令和8年11月23日（2026年11月23日）」, as every print carries it."""
    return f"{wareki(day)}（{western(day)}）" if era_of(day) else western(day)


def local_date(moment: dt.date | dt.datetime) -> dt.date:
    """Return the day in Asia/Tokyo of a date or date-time."""
    if not isinstance(moment, dt.datetime):
        return moment
    return timezone.localtime(moment).date() if timezone.is_aware(moment) else moment.date()


def fiscal_year(day: dt.date) -> int:
    """Return the western year in which the 年度 (1 April to 31 March) of a day begins."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_name(year: int) -> str:
    """Return 「令和8年度」 for the 年度 that begins in April of ``year``."""
    return f"{era_year(dt.date(year, 5, 1))}度"


_WRITTEN = re.compile(
    r"^(?P<era>令和|平成|昭和|大正|明治|[RHSTMrhstm])?\s*(?P<year>元|\d{1,4})\s*[年./-]\s*"
    r"(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})\s*日?$"
)


def western_year(era: str, year: str) -> int:
    """Return the western year of an era name or letter and a year; an empty era means western.

    Raises ValueError for an unknown era or a year that is no number."""
    number = 1 if year == "元" else int(year)
    if not era:
        return number
    known = _BY_NAME.get(era.upper())
    if known is None or number < 1:
        raise ValueError(era)
    return _first_year(known) + number - 1


class NotADate(ValueError):
    """The text names no day of the calendar."""


def parse_date(text: str) -> dt.date:
    """Read 令和8年11月23日, R8.11.23, S32.4.1, 2026/11/23 or 2026-11-23, full-width too.

    An era given for a day outside it is accepted (昭和64年2月): papers carry such dates.
    Raises NotADate if it is no day of the calendar."""
    match = _WRITTEN.match(unicodedata.normalize("NFKC", text).strip())
    if not match or (not match["era"] and len(match["year"]) != 4):
        raise NotADate(text)
    try:
        year = western_year(match["era"] or "", match["year"])
        return dt.date(year, int(match["month"]), int(match["day"]))
    except ValueError as error:
        raise NotADate(text) from error
