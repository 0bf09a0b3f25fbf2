"""The table of the first page: indicators by ward, masked, with denominators and the moment of counting."""

import datetime as dt
from dataclasses import dataclass

from chiba_ward.directory.models import Ward
from chiba_ward.progress.masking import hidden_wards
from chiba_ward.progress.models import IndicatorValue
from chiba_ward.progress.registry import CITY, Indicator, Measured, Period, indicators

HIDDEN = "＊"
NOT_MEASURED = "―"


@dataclass(frozen=True)
class Cell:
    """`text` is ready to print; `of` tells the denominator or why there is no number."""

    text: str
    of: str
    value: float | None = None


@dataclass(frozen=True)
class Row:
    indicator: Indicator
    city: Cell
    wards: list[Cell]


@dataclass(frozen=True)
class Table:
    period: Period
    wards: list[Ward]
    rows: list[Row]
    as_of: dt.datetime | None


def table(period: Period, wards: list[Ward] | None = None) -> Table:
    """Reads what was counted last: two queries, however many matters there are."""
    shown = wards if wards is not None else list(Ward.objects.all())
    stored = IndicatorValue.objects.filter(period_from=period.first, period_to=period.last)
    values: dict[tuple[str, int], dict[int | None, Measured]] = {}
    moments: list[dt.datetime] = []
    for one in stored:
        measured = Measured(one.value, one.numerator, one.denominator)
        values.setdefault((one.indicator, one.version), {})[one.ward_id] = measured
        moments.append(one.as_of)
    rows = [_row(known, values.get((known.code, known.version), {}), shown) for known in indicators()]
    return Table(period, shown, rows, min(moments, default=None))


def _row(indicator: Indicator, values: dict[int | None, Measured], wards: list[Ward]) -> Row:
    hidden = hidden_wards(values)
    cells = [_cell(indicator, values.get(ward.pk), ward.pk in hidden) for ward in wards]
    return Row(indicator, _cell(indicator, values.get(CITY), is_hidden=False), cells)


def _cell(indicator: Indicator, measured: Measured | None, is_hidden: bool) -> Cell:
    if measured is None or (measured.value is None and not is_hidden):
        return Cell(NOT_MEASURED, "測っていません" if measured is None else "分母が0件です")
    if is_hidden:
        return Cell(HIDDEN, "少ないため表示しません")
    value = float(measured.value or 0)
    number = f"{value:,.1f}" if measured.denominator is not None else f"{value:,.0f}"
    of = f"{measured.numerator:,}／{measured.denominator:,}件" if measured.denominator is not None else ""
    return Cell(f"{number}{indicator.unit}", of, value)
