"""A picture beside the table for what can be compared, from the same figures."""

from django.utils import timezone

from chiba_ward.progress.figures import HIDDEN, Row, Table
from chiba_ward.ui.charts import BarChart, Series
from chiba_ward.ui.japanese_dates import both_calendars


def charts_for(table: Table) -> list[BarChart]:
    """A bar chart for each indicator whose wards are all shown.

    With a ward hidden, the sentence of the chart would call another one the lowest, and its empty bar would
    say 未計測: neither is true (DESIGN §2 rule 12).
    """
    if len(table.wards) < 2 or table.as_of is None:
        return []
    return [_chart(row, table) for row in table.every_row if _is_comparable(row)]


def _is_comparable(row: Row) -> bool:
    nobody_hidden = all(cell.text != HIDDEN for cell in row.wards)
    return nobody_hidden and sum(bool(cell.value) for cell in row.wards) >= 2


def _chart(row: Row, table: Table) -> BarChart:
    return BarChart(
        uid=row.indicator.code.replace(".", "-"),
        title=row.indicator.name,
        categories=[ward.name for ward in table.wards],
        series=[Series(row.indicator.name, [cell.value for cell in row.wards])],
        unit=row.indicator.unit,
        as_of=both_calendars(timezone.localdate(table.as_of)) if table.as_of else "",
    )
