"""The indicators that modules declare, each with its definition, version and denominator (DESIGN §2 rule 12)."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from chiba_ward.ui.japanese_dates import fiscal_year

CITY = None  # the key of the whole city beside the wards' ids


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included, in Asia/Tokyo."""

    first: dt.date
    last: dt.date

    @classmethod
    def month(cls, day: dt.date) -> "Period":
        first = day.replace(day=1)
        following = (first + dt.timedelta(days=32)).replace(day=1)
        return cls(first, following - dt.timedelta(days=1))

    @classmethod
    def year(cls, day: dt.date) -> "Period":
        """年度: 1 April to 31 March."""
        start = fiscal_year(day)
        return cls(dt.date(start, 4, 1), dt.date(start + 1, 3, 31))


@dataclass(frozen=True)
class Measured:
    """A value with what it was made of. `value` None is 「測っていない」, an honest answer."""

    value: Decimal | None
    numerator: int | None = None
    denominator: int | None = None

    @classmethod
    def count(cls, number: int) -> "Measured":
        return cls(Decimal(number), number, None)

    @classmethod
    def share(cls, part: int, whole: int) -> "Measured":
        """In percent; not measured when there is nothing to divide by."""
        value = Decimal(100 * part) / whole if whole else None
        return cls(value, part, whole)


Compute = Callable[[Period], Mapping[int | None, Measured]]


@dataclass(frozen=True)
class Indicator:
    """`compute(period)` gives one value per ward id and one for the city (key None).

    A changed definition is a new `version`: the old series stays as it was counted. `is_now` is a stock at the moment
    of counting: it has a value only in a period that holds today, and is never compared over time. `words` gives
    name and definition as they read today, where they hold a name that the city may change.
    """

    code: str
    version: int
    name: str
    definition: str
    unit: str
    numerator: str
    denominator: str
    compute: Compute
    order: int = 100
    is_median: bool = False
    is_now: bool = False
    words: Callable[[], Mapping[str, str]] | None = None

    def of_today(self) -> "Indicator":
        if self.words is None:
            return self
        words = self.words()
        return replace(self, name=words["name"], definition=words["definition"])


_indicators: dict[str, Indicator] = {}


def register(indicator: Indicator) -> Indicator:
    """Declare an indicator, from a module's `AppConfig.ready`. Raises ValueError for a code that is taken."""
    known = _indicators.get(indicator.code)
    if known is not None and known.compute is not indicator.compute:
        raise ValueError(f"the indicator {indicator.code} is declared twice")
    _indicators[indicator.code] = indicator
    return indicator


def declare(
    code: str, order: int, name: str, definition: str, compute: Compute, *, unit: str, **more: Any
) -> Indicator:
    """`register`, for the first version of a figure that has no words for numerator and denominator unless they are given."""
    known: dict[str, Any] = {"version": 1, "numerator": "", "denominator": ""} | more
    return register(
        Indicator(
            code=code, order=order, name=name, definition=definition, compute=compute, unit=unit, **known
        )
    )


def indicators() -> list[Indicator]:
    known = sorted(_indicators.values(), key=lambda one: (one.order, one.code))
    return [one.of_today() for one in known]
