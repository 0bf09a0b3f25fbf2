"""Events as iCalendar (RFC 5545), for the calendar of a telephone."""

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from community.open_data.models import PublicEvent

TOKYO = ZoneInfo("Asia/Tokyo")
PRODUCT = "-//Chiba City//Ward Office Portal//JA"
HOST = "kuyakusho-portal.chiba"
ONE_DAY = dt.timedelta(days=1)


def calendar_of(events: Iterable[PublicEvent], name: str) -> bytes:
    """`UID` is the publisher's key: a file that is fetched again replaces what a calendar has."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for event in events:
        calendar.add_component(_entry(event))
    if any(event.starts_at for event in events):
        calendar.add_missing_timezones()
    made: bytes = calendar.to_ical()
    return made


def _entry(event: PublicEvent) -> Event:
    entry = Event()
    entry.add("uid", f"{event.publisher_code}-{event.publisher_id}@{HOST}")
    entry.add("dtstamp", (event.data_file.settled_at or event.data_file.checked_at).astimezone(dt.UTC))
    entry.add("summary", event.name)
    start, end = _span(event)
    entry.add("dtstart", start)
    entry.add("dtend", end)
    for name, text in (("location", _where(event)), ("description", _words(event)), ("url", event.url)):
        if text:
            entry.add(name, text)
    return entry


def _span(event: PublicEvent) -> tuple[dt.date, dt.date]:
    """Without a time, whole days, whose end is the day after (RFC 5545 3.6.1). Without an end, an hour."""
    if event.starts_at is None:
        return event.starts_on, event.ends_on + ONE_DAY
    start = dt.datetime.combine(event.starts_on, event.starts_at, TOKYO)
    if event.ends_at is None:
        return start, start + dt.timedelta(hours=1) if event.ends_on == event.starts_on else _end_of(
            event.ends_on
        )
    return start, max(start, dt.datetime.combine(event.ends_on, event.ends_at, TOKYO))


def _end_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day + ONE_DAY, dt.time(0), TOKYO)


def _where(event: PublicEvent) -> str:
    return " ".join(filter(None, (event.place, event.address)))


def _words(event: PublicEvent) -> str:
    contact = f"問い合わせ {event.telephone}" if event.telephone else ""
    return "\n".join(filter(None, (event.cell("説明"), event.cell("開始日時特記事項"), event.fee, contact)))
