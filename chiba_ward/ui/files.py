"""A list as a file for Excel: UTF-8 with BOM, the day in its name, every cell neutralised (ASSURANCE OU1)."""

import csv
import datetime as dt
from collections.abc import Iterable

from django.http import HttpResponse

from chiba_ward.ui.cells import safe_cell


def csv_file(stem: str, day: dt.date, head: Iterable[str], rows: Iterable[Iterable[object]]) -> HttpResponse:
    """For lists of a section, which fit into memory; what may be ten years long is streamed by its own view."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{stem}-{day:%Y%m%d}.csv"'
    writer = csv.writer(response)
    writer.writerow(head)
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return response
