"""The first interval of visits. Existing rows are never changed."""

from pathlib import Path

from django.db import transaction

from chiba_ward.directory.initial.rows import Counts, create_missing, read
from community.area_officers.models import VisitRule

FILE = Path(__file__).with_name("visits.yaml")


@transaction.atomic
def load() -> dict[str, int]:
    """Create what is missing; returns how many rows of each kind were made."""
    counts = Counts()
    for row in read(FILE)["rules"]:
        create_missing(VisitRule, {"from_day": row.pop("from_day")}, row, counts)
    return dict(counts)
