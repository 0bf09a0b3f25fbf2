"""When the 現況届 of a fiscal year opens and is due: an editable row says month and day."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from chiba_ward.rows.memory import remembered
from chiba_ward.ui.japanese_dates import era_year, fiscal_year
from community.models import ReturnRule

APRIL = 4


@dataclass(frozen=True)
class Term:
    """`fiscal_year` is the western year in which it begins. Without a rule there is neither an opening nor a due day."""

    fiscal_year: int
    opens_on: dt.date | None = None
    due_on: dt.date | None = None
    is_unverified: bool = False

    @property
    def label(self) -> str:
        return year_label(self.fiscal_year)

    def is_open(self, day: dt.date | None = None) -> bool:
        return self.opens_on is None or self.opens_on <= (day or timezone.localdate())

    def is_overdue(self, day: dt.date | None = None) -> bool:
        return self.due_on is not None and self.due_on < (day or timezone.localdate())


def year_label(year: int) -> str:
    """「令和8年度」."""
    return f"{era_year(dt.date(year, APRIL, 1))}度"


def term_of(year: int) -> Term:
    rule = next((rule for rule in _rules() if rule.from_year <= year), None)
    if rule is None:
        return Term(year)
    return Term(
        year,
        _day(year, rule.opens_month, rule.opens_day),
        _day(year, rule.due_month, rule.due_day),
        rule.needs_verification,
    )


def current(day: dt.date | None = None) -> Term:
    return term_of(fiscal_year(day or timezone.localdate()))


def _day(year: int, month: int, day: int) -> dt.date:
    """January to March lie in the calendar year after."""
    return dt.date(year if month >= APRIL else year + 1, month, day)


@remembered
def _rules() -> tuple[ReturnRule, ...]:
    return tuple(ReturnRule.objects.order_by("-from_year"))
