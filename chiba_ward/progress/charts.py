"""Two pictures beside the table, from the same figures."""

from chiba_ward.progress.figures import Row, Table
from chiba_ward.ui.charts import BarChart, Series
from chiba_ward.ui.japanese_dates import both_calendars


def charts_for(table: Table) -> list[BarChart]:
    """A bar chart for each indicator that compares at least two wards; hidden wards have no bar."""
    if len(table.wards) < 2 or table.as_of is None:
        return []
    return [_chart(row, table) for row in table.every_row if sum(bool(cell.value) for cell in row.wards) >= 2]


def _chart(row: Row, table: Table) -> BarChart:
    return BarChart(
        uid=row.indicator.code.replace(".", "-"),
        title=row.indicator.name,
        categories=[ward.name for ward in table.wards],
        series=[Series(row.indicator.name, [cell.value for cell in row.wards])],
        unit=row.indicator.unit,
        as_of=both_calendars(table.as_of.date()) if table.as_of else "",
    )
