"""The first rows of つなぎ: one more clock, the grounds of the law, and texts that correspondence does not bring."""

from pathlib import Path

from django.db import transaction

from chiba_ward.casework.models import DeadlineRule, StepRule
from chiba_ward.correspondence.models import NoticeTemplate
from chiba_ward.directory.initial.rows import Counts, Row, create_missing, read
from consultations.models import LegalGround

FILE = Path(__file__).with_name("referrals.yaml")
LANGUAGES = ("ja", "ja-easy", "en")


@transaction.atomic
def load() -> dict[str, int]:
    """Create what is missing; what people have edited stays. Returns how many rows of each kind were made."""
    counts, rows = Counts(), read(FILE)
    for row in rows["deadlines"]:
        _load_rule(row, counts)
    for order, row in enumerate(rows["grounds"], start=1):
        create_missing(LegalGround, {"code": row.pop("code")}, {"order": order * 10, **row}, counts)
    for row in rows["texts"]:
        _load_text(row, counts)
    return dict(counts)


def _load_rule(row: Row, counts: Counts) -> None:
    steps = row.pop("steps", [])
    key = {"kind": row.pop("kind"), "urgency": row.pop("urgency", "")}
    rule, created = create_missing(DeadlineRule, key, {**row, "needs_verification": True}, counts)
    if created:
        StepRule.objects.bulk_create(StepRule(rule=rule, **step) for step in steps)


def _load_text(row: Row, counts: Counts) -> None:
    for language in LANGUAGES:
        if words := row.get(language):
            rest = {"label": row["label"], "subject": words["subject"], "body": words["body"].strip()}
            create_missing(NoticeTemplate, {"key": row["key"], "language": language}, rest, counts)
