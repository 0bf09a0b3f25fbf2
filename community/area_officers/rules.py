"""After how many days without a visit a district is a gap: an editable row says it."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from chiba_ward.rows.memory import remembered
from community.area_officers.models import VisitRule


@dataclass(frozen=True)
class Interval:
    """`days` is None where no row says it: then no district is called unvisited."""

    days: int | None = None
    is_unverified: bool = False

    def has_passed(self, last: dt.date | None, day: dt.date) -> bool:
        """Whether a district whose last visit was `last` is one that nobody has been to for too long."""
        if self.days is None:
            return False
        return last is None or last < day - dt.timedelta(days=self.days)


def interval(day: dt.date | None = None) -> Interval:
    day = day or timezone.localdate()
    rule = next((rule for rule in _rules() if rule.from_day <= day), None)
    return Interval(rule.days, rule.needs_verification) if rule else Interval()


@remembered
def _rules() -> tuple[VisitRule, ...]:
    return tuple(VisitRule.objects.order_by("-from_day"))
