"""When an entry is evaluated next, unless somebody chooses a day: an editable row for each 区分."""

import calendar
import datetime as dt

from django.utils import timezone

from consultations.centre.models import EvaluationInterval


def next_after(day: dt.date, category: str) -> dt.date | None:
    """The same day so many months on, or the last of a shorter month. None where the city has no rule for the 区分."""
    rule = EvaluationInterval.objects.filter(category=category).first()
    return months_on(day, rule.months) if rule else None


def proposed(category: str) -> dt.date | None:
    """Counted from today: what a form suggests."""
    return next_after(timezone.localdate(), category)


def months_on(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))
