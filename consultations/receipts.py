"""What a receipt promises: the day by which somebody answers, and when a human next reads (DOMAIN §9 R5)."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from chiba_ward.casework import deadlines
from chiba_ward.casework.calendars import calendar_of
from chiba_ward.casework.enums import TimeUnit, Urgency
from chiba_ward.casework.models import Deadline
from chiba_ward.directory import selectors
from chiba_ward.directory.models import Office

REPLY = "consultation.reply"


@dataclass(frozen=True)
class Reading:
    """Whether somebody reads now; otherwise `opens_at` is when the desk opens next (Asia/Tokyo)."""

    is_open: bool
    opens_at: dt.datetime


def reading_now(desk: Office | None = None) -> Reading | None:
    """When a human reads what is sent at this moment; None before the first rows stand, so that the first page
    with its emergency numbers never fails. Raises NoOpeningError for a desk that never opens."""
    now = timezone.now()
    try:
        opens = calendar_of(desk or selectors.triage_desk(None)).next_opening(now)
    except Office.DoesNotExist:
        return None
    return Reading(is_open=opens <= now, opens_at=opens)


def promise_now(urgency: str = "", desk: Office | None = None) -> dt.datetime:
    """Until when an answer is promised to whoever sends now; shown before a word is written.

    For life in danger (U0) the clock of the house runs in minutes of the wall clock. A resident is promised the
    opening day only: nobody reads the portal at night, and the page must not say so (R5).
    """
    shown = Urgency.U1 if urgency == Urgency.U0 else urgency
    return deadlines.promise(REPLY, desk or selectors.triage_desk(None), urgency=shown)


def promised(deadline: Deadline) -> dt.datetime:
    """What the resident reads for a running promise; the same rule as `promise_now`."""
    if deadline.rule.unit != TimeUnit.WALL_MINUTES:
        return deadline.due_at
    calendar = calendar_of(deadline.office)
    closing = calendar.closes_at(calendar.opening_day(deadline.started_at))
    return max(closing or deadline.due_at, deadline.due_at)
