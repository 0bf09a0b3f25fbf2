"""The table of the first page: indicators by ward, masked, with denominators and the moment of counting."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Min

from chiba_ward.directory import selectors
from chiba_ward.directory.models import Ward
from chiba_ward.progress.masking import SMALLEST_SHOWN, Values, has_small_part, hidden
from chiba_ward.progress.models import IndicatorValue
from chiba_ward.progress.registry import CITY, Indicator, Measured, Period, indicators

HIDDEN = "＊"
NOT_MEASURED = "―"
Stored = dict[tuple[str, int], dict[int | None, Measured]]


@dataclass(frozen=True)
class Cell:
    """`text` is ready to print; `of` tells the denominator or why there is no number. `value` draws the charts."""

    text: str
    of: str
    value: float | None = None
    unit: str = ""

    @property
    def number(self) -> str:
        """The text without its unit, for a tile that writes the unit itself."""
        return self.text.removesuffix(self.unit)


@dataclass(frozen=True)
class Row:
    """`by_ward` pairs each ward with its cell, in the order of the columns."""

    indicator: Indicator
    city: Cell
    by_ward: list[tuple[Ward, Cell]]

    @property
    def wards(self) -> list[Cell]:
        return [cell for _, cell in self.by_ward]


@dataclass(frozen=True)
class Table:
    """`rows` of the period; `now_rows` are what stands open at this moment, whatever the period."""

    period: Period
    wards: list[Ward]
    rows: list[Row]
    now_rows: list[Row]
    as_of: dt.datetime | None

    @property
    def every_row(self) -> list[Row]:
        return [*self.now_rows, *self.rows]


def table(period: Period, wards: list[Ward] | None = None) -> Table:
    """Reads what was counted last: two questions, however many matters there are."""
    shown = wards if wards is not None else list(selectors.all_wards())
    kept = list(IndicatorValue.objects.filter(period_from__gte=period.first, period_to__lte=period.last))
    stored = _stored(row for row in kept if _is_of(row, period))
    parts = _parts(kept, period)
    rows = [_row(known, stored, parts, shown) for known in indicators() if not known.is_now]
    now_rows = [
        _row(known, stored, [], shown) for known in indicators() if known.is_now and _measured(known, stored)
    ]
    moments = [row.as_of for row in kept if _is_of(row, period)]
    return Table(period, shown, rows, now_rows, min(moments, default=None))


def stamp(period: Period) -> tuple[object, ...]:
    """Tells one count from the next: the moments of everything that the table of the period reads."""
    rows = IndicatorValue.objects.filter(period_from__gte=period.first, period_to__lte=period.last)
    found = rows.order_by().aggregate(first=Min("as_of"), last=Max("as_of"), rows=Count("pk"))
    return tuple(found.values())


def _is_of(row: IndicatorValue, period: Period) -> bool:
    return (row.period_from, row.period_to) == (period.first, period.last)


def _parts(kept: Iterable[IndicatorValue], period: Period) -> list[Stored]:
    """The shorter periods within this one that have been shown: they tell what is left (differencing)."""
    spans = sorted({(row.period_from, row.period_to) for row in kept} - {(period.first, period.last)})
    rows = list(kept)
    return [_stored(row for row in rows if (row.period_from, row.period_to) == span) for span in spans]


def _stored(rows: Iterable[IndicatorValue]) -> Stored:
    values: Stored = {}
    for one in rows:
        measured = Measured(one.value, one.numerator, one.denominator)
        values.setdefault((one.indicator, one.version), {})[one.ward_id] = measured
    return values


def _measured(indicator: Indicator, stored: Stored) -> bool:
    return bool(stored.get((indicator.code, indicator.version)))


def _row(indicator: Indicator, stored: Stored, parts: list[Stored], wards: list[Ward]) -> Row:
    key = (indicator.code, indicator.version)
    values: Values = stored.get(key, {})
    gone = hidden(values, [part[key] for part in parts if key in part])
    cells = [(ward, _cell(indicator, values.get(ward.pk), ward.pk in gone)) for ward in wards]
    return Row(indicator, _cell(indicator, values.get(CITY), CITY in gone), cells)


def _cell(indicator: Indicator, measured: Measured | None, is_hidden: bool) -> Cell:
    if measured is None:
        return Cell(NOT_MEASURED, "測っていません")
    if is_hidden:
        return Cell(HIDDEN, f"{SMALLEST_SHOWN}件未満など")
    if measured.value is None:
        return Cell(NOT_MEASURED, "まだ1件もありません")
    value = float(measured.value)
    number = f"{value:,.0f}" if measured.denominator is None or indicator.is_median else f"{value:,.1f}"
    return Cell(f"{number}{indicator.unit}", _of(indicator, measured), value, indicator.unit)


def _of(indicator: Indicator, measured: Measured) -> str:
    """The denominator always; the numerator only where it does not point at a few people."""
    if measured.denominator is None:
        return ""
    if indicator.is_median:
        return f"{measured.denominator:,}件の中央値"
    if has_small_part(measured):
        return f"{measured.denominator:,}件のうち"
    return f"{measured.numerator:,}／{measured.denominator:,}件"
