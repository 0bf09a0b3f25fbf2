"""The first words of the law, grounds of secrecy and texts of notices. Existing rows are never changed."""

from pathlib import Path

from django.db import transaction

from chiba_ward.correspondence.models import NoticeTemplate
from chiba_ward.directory.initial.rows import Counts, create_missing, read
from consultations.support.models import DutyGround, MeetingRule

FILE = Path(__file__).with_name("meetings.yaml")


@transaction.atomic
def load() -> dict[str, int]:
    """Create what is missing; returns how many rows of each kind were made."""
    counts, rows = Counts(), read(FILE)
    for row in rows["rules"]:
        create_missing(MeetingRule, {"kind": row.pop("kind")}, row, counts)
    for order, row in enumerate(rows["duties"], start=1):
        create_missing(DutyGround, {"code": row.pop("code")}, {"order": order * 10, **row}, counts)
    for row in rows["texts"]:
        rest = {"label": row["label"], "subject": row["subject"], "body": row["body"].strip()}
        create_missing(NoticeTemplate, {"key": row["key"], "language": "ja"}, rest, counts)
    return dict(counts)
