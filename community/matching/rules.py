"""How many days things take: rows say it, and whether somebody has checked them."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from chiba_ward.casework.refusals import Refused
from chiba_ward.rows.memory import remembered
from community.matching.enums import RuleKey
from community.matching.models import MatchingRule


@dataclass(frozen=True)
class Days:
    days: int
    is_unverified: bool

    def after(self, day: dt.date | None = None) -> dt.date:
        return (day or timezone.localdate()) + dt.timedelta(days=self.days)


def rule(key: str) -> Days | None:
    """None where the row is missing: then nothing is late, and a day has to be given by hand."""
    return next((Days(days, open_) for name, days, open_ in _rules() if name == key), None)


def follow_up_day(day: dt.date) -> dt.date:
    """Raises `Refused` where no row says when."""
    known = rule(RuleKey.FOLLOW_UP)
    if known is None:
        raise Refused(
            "「続いているかを確かめるまで」の日数の行がありません。システム管理の人に頼んでください。"
        )
    return known.after(day)


def last_day() -> dt.date | None:
    """How long an entry stays for which nobody gave a day."""
    known = rule(RuleKey.KEEP)
    return known.after() if known else None


@remembered
def _rules() -> tuple[tuple[str, int, bool], ...]:
    return tuple(MatchingRule.objects.order_by("key").values_list("key", "days", "needs_verification"))
