"""The first fields, topics and urgency phrases of consultations. Existing rows are never changed."""

from pathlib import Path

from django.db import transaction

from chiba_ward.directory.initial.rows import Counts, Row, create_missing, read
from consultations.initial import referrals
from consultations.models import Field, Topic, UrgencyWord

FOLDER = Path(__file__).parent


@transaction.atomic
def load() -> dict[str, int]:
    """Create what is missing; returns how many rows of each kind were made."""
    counts = Counts()
    for order, row in enumerate(read(FOLDER / "fields.yaml"), start=1):
        create_missing(Field, {"code": row.pop("code")}, {"order": order * 10, **row}, counts)
    for order, row in enumerate(read(FOLDER / "topics.yaml"), start=1):
        _load_topic({"order": order * 10, **row}, counts)
    for group in read(FOLDER / "urgency_words.yaml"):
        _load_phrases(group, counts)
    return dict(counts + Counts(referrals.load()))


def _load_topic(row: Row, counts: Counts) -> None:
    fields = row.pop("fields", [])
    topic, created = create_missing(Topic, {"code": row.pop("code")}, row, counts)
    if created:
        topic.fields.set(Field.objects.filter(code__in=fields))


def _load_phrases(group: Row, counts: Counts) -> None:
    level = {"urgency": group["urgency"], "flag": group.get("flag", "")}
    for phrase in group["phrases"]:
        create_missing(UrgencyWord, {"phrase": phrase}, level, counts)
