"""The first fields of activity and the first period of the 現況届. Existing rows are never changed."""

from pathlib import Path

from django.db import transaction

from chiba_ward.directory.initial.rows import Counts, create_missing, read
from community.models import ActivityField, ReturnRule

FILE = Path(__file__).with_name("community.yaml")


@transaction.atomic
def load() -> dict[str, int]:
    """Create what is missing; returns how many rows of each kind were made."""
    counts, rows = Counts(), read(FILE)
    for order, name in enumerate(rows["fields"], start=1):
        rest = {"order": order * 10, "source": rows["fields_source"]}
        create_missing(ActivityField, {"name": name}, rest, counts)
    for row in rows["returns"]:
        create_missing(ReturnRule, {"from_year": row.pop("from_year")}, row, counts)
    return dict(counts)
