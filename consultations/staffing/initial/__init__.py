"""The first occupations. Existing rows are never changed; plans and seats are the city's own."""

from pathlib import Path

from django.db import transaction

from chiba_ward.directory.initial.rows import Counts, create_missing, read
from consultations.staffing.models import Occupation


@transaction.atomic
def load() -> dict[str, int]:
    """Create what is missing; returns how many rows of each kind were made."""
    counts = Counts()
    for order, row in enumerate(read(Path(__file__).parent / "occupations.yaml"), start=1):
        create_missing(Occupation, {"code": row.pop("code")}, {"order": order * 10, **row}, counts)
    return dict(counts)
