"""Retention rules to begin with. Every figure is 要確認 until the city has confirmed it (DESIGN §2 rule 10)."""

from pathlib import Path

from django.db import transaction

from chiba_ward.access.models import RetentionRule
from chiba_ward.directory.initial.rows import Counts, create_missing, read

FOLDER = Path(__file__).parent


@transaction.atomic
def load() -> dict[str, int]:
    """Create what is missing; returns how many rows were made."""
    counts = Counts()
    for row in read(FOLDER / "retention.yaml"):
        create_missing(RetentionRule, {"code": row.pop("code")}, row, counts)
    return dict(counts)
