"""The first questions of the check, reasons and days. Existing rows are never changed."""

from pathlib import Path

from django.db import transaction

from chiba_ward.directory.initial.rows import Counts, create_missing, read
from community.matching.models import CheckItem, FailureReason, MatchingRule

FILE = Path(__file__).with_name("matching.yaml")


@transaction.atomic
def load() -> dict[str, int]:
    """Create what is missing; returns how many rows of each kind were made."""
    counts, rows = Counts(), read(FILE)
    for model, name in ((CheckItem, "checks"), (FailureReason, "failures")):
        for order, row in enumerate(rows[name], start=1):
            rest = {"order": order * 10, "source": rows["source"], **row}
            create_missing(model, {"name": rest.pop("name")}, rest, counts)
    for row in rows["rules"]:
        rest = {"source": rows["source"], **row}
        create_missing(MatchingRule, {"key": rest.pop("key")}, rest, counts)
    return dict(counts)
