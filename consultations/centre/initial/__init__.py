"""The first names of the centre, intervals of evaluation and texts of notices. Existing rows are never changed."""

from pathlib import Path

from django.db import transaction

from chiba_ward.correspondence.models import NoticeTemplate
from chiba_ward.directory.initial.rows import Counts, create_missing, read
from consultations.centre.models import CentreName, EvaluationInterval

FILE = Path(__file__).with_name("centre.yaml")


@transaction.atomic
def load() -> dict[str, int]:
    """Create what is missing; returns how many rows of each kind were made."""
    counts, rows = Counts(), read(FILE)
    for row in rows["names"]:
        _name(row, counts)
    for row in rows["intervals"]:
        create_missing(EvaluationInterval, {"category": row.pop("category")}, row, counts)
    for row in rows["texts"]:
        rest = {"label": row["label"], "subject": row["subject"], "body": row["body"].strip()}
        create_missing(NoticeTemplate, {"key": row["key"], "language": "ja"}, rest, counts)
    return dict(counts)


def _name(row: dict[str, object], counts: Counts) -> None:
    """By its first day: a city that has renamed the row keeps its name."""
    create_missing(CentreName, {"ward": None, "valid_from": row.pop("valid_from")}, row, counts)
