"""A chart says only what is true of every ward."""

import datetime as dt

from chiba_ward.directory.models import Ward
from chiba_ward.progress.charts import charts_for
from chiba_ward.progress.figures import HIDDEN, Cell, Row, Table
from chiba_ward.progress.registry import Indicator, Period

INDICATOR = Indicator("x.y", 1, "見本", "見本の数", "件", "", "", compute=lambda _: {})
WARDS = [
    Ward(pk=number, name=name, slug=str(number))
    for number, name in enumerate(("中央区", "緑区", "美浜区"), 1)
]
NIGHT = dt.datetime(2026, 11, 23, 16, 0, tzinfo=dt.UTC)  # 1:00 of the 24th in Tokyo


def table(*cells: Cell) -> Table:
    row = Row(INDICATOR, cells[0], list(zip(WARDS, cells, strict=True)))
    return Table(Period.month(NIGHT.date()), WARDS, [row], [], NIGHT)


def test_a_hidden_ward_takes_the_chart_away() -> None:
    """C14: nobody is called the lowest while a ward is hidden."""
    assert (
        charts_for(table(Cell("20件", "", 20.0), Cell(HIDDEN, "10件未満など"), Cell("15件", "", 15.0))) == []
    )


def test_the_chart_bears_the_day_in_tokyo() -> None:
    (chart,) = charts_for(table(Cell("20件", "", 20.0), Cell("12件", "", 12.0), Cell("15件", "", 15.0)))
    assert "11月24日" in chart.as_of
