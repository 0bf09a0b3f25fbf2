"""The standard tables as CSV (UTF-8 with BOM, every cell neutralised). An import of such a file changes nothing."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet

from chiba_ward.ui.cells import safe_cell
from community.open_data.enums import DataKind, FacilityKind
from community.open_data.importers.columns import FORMATS
from community.open_data.models import Facility, PublicEvent

BOM = "\ufeff"
CHUNK = 500


def rows_of(kind: DataKind) -> QuerySet[Any]:
    """What stands in a file of this kind: the rows that have not ended."""
    if kind == DataKind.EVENTS:
        return PublicEvent.objects.current().order_by("publisher_code", "publisher_id")
    of_kind = FacilityKind.CHILDCARE if kind == DataKind.CHILDCARE else FacilityKind.PUBLIC
    return Facility.objects.current().of_kind(of_kind).order_by("publisher_code", "publisher_id")


def csv_lines(kind: DataKind, rows: Iterable[Any]) -> Iterator[str]:
    """The file, a line at a time, so that its length costs no memory."""
    writer, columns = csv.writer(_Echo()), FORMATS[kind].columns
    yield BOM + writer.writerow(columns)
    for row in rows:
        yield writer.writerow([safe_cell(row.cells.get(column, "")) for column in columns])


class _Echo:
    """Gives back what is written: the writer of the csv module wants a file."""

    def write(self, text: str) -> str:
        return text
