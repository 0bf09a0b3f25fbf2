"""Ten years in minutes since their first midnight: cheap to compare, and quick to write as text."""

import datetime as dt

from chiba_ward.casework.opening_hours import TOKYO

YEARS = 10
DAY = 24 * 60
CLOSING = 17 * 60 + 15
_MINUTES = [f" {minute // 60:02}:{minute % 60:02}:00+09" for minute in range(DAY)]
AHEAD_DAYS = 120


class Clock:
    """Minutes 0 to `now`; later ones are promises."""

    def __init__(self, now: dt.datetime) -> None:
        today = now.astimezone(TOKYO)
        self.first = today.date() - dt.timedelta(days=365 * YEARS)
        self.now = (today.date() - self.first).days * DAY + today.hour * 60 + today.minute
        days = self.now // DAY + AHEAD_DAYS
        self._days = [(self.first + dt.timedelta(days=number)).isoformat() for number in range(days)]
        self._weekend = [(self.first + dt.timedelta(days=number)).weekday() > 4 for number in range(days)]

    def text(self, minute: int) -> str:
        """As PostgreSQL reads a moment in Tokyo."""
        return self._days[minute // DAY] + _MINUTES[minute % DAY]

    def day(self, minute: int) -> str:
        return self._days[minute // DAY]

    def closing_after(self, minute: int, days: int) -> int:
        """The closing bell `days` weekdays later: as near to opening hours as a load needs."""
        day = minute // DAY
        while days > 0 or self._weekend[day]:
            day += 1
            days -= not self._weekend[day]
        return day * DAY + CLOSING
