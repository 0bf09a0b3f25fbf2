"""How long there is still, by the calendar: what a list says beside a deadline.

Opening hours are not reckoned here: the list of a module, which knows the calendar of its office, says those."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from .japanese_dates import WEEKDAYS

_NEAR = {0: "きょう", 1: "あす", 2: "あさって"}


def due(moment: dt.datetime | None, now: dt.datetime | None = None) -> str:
    """「きょう17時30分まで」, 「11月25日（水）17時30分まで」, 「3日過ぎています」; the empty text for None."""
    if moment is None:
        return ""
    now = now or timezone.now()
    return _past(moment, now) if moment < now else _ahead(moment, now)


def due_state(moment: dt.datetime | None, now: dt.datetime | None = None) -> str:
    """`late` once it is past, `today` until midnight, else the empty text."""
    if moment is None:
        return ""
    now = now or timezone.now()
    if moment < now:
        return "late"
    return "today" if timezone.localdate(moment) == timezone.localdate(now) else ""


def _ahead(moment: dt.datetime, now: dt.datetime) -> str:
    local = timezone.localtime(moment)
    days = (local.date() - timezone.localdate(now)).days
    year = f"{local.year}年" if local.year != timezone.localtime(now).year else ""
    named = _NEAR.get(days) or f"{year}{local.month}月{local.day}日（{WEEKDAYS[local.weekday()]}）"
    return f"{named}{local.hour}時{local.minute:02d}分まで"


def _past(moment: dt.datetime, now: dt.datetime) -> str:
    days = (timezone.localdate(now) - timezone.localdate(moment)).days
    if days:
        return f"{days}日過ぎています"
    minutes = int((now - moment).total_seconds() // 60)
    return f"{minutes // 60}時間過ぎています" if minutes >= 60 else f"{minutes}分過ぎています"
