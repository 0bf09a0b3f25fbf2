"""Which section owns what, its standing compartments and seats, clocks and texts. Existing rows are never changed."""

from pathlib import Path
from typing import Any

from django.db import transaction

from chiba_ward.access.actor import SYSTEM
from chiba_ward.casework.models import DeadlineRule, StepRule
from chiba_ward.compartments import seats
from chiba_ward.compartments.models import Compartment
from chiba_ward.correspondence.models import NoticeTemplate
from chiba_ward.directory.enums import Role
from chiba_ward.directory.initial.rows import Counts, Row, create_missing, read
from chiba_ward.directory.models import Office, Ward
from consultations.protection.models import ProtectedDesk

FILE = Path(__file__).with_name("protection.yaml")


@transaction.atomic
def load() -> dict[str, int]:
    """Create what is missing; returns how many rows of each kind were made."""
    counts, rows = Counts(), read(FILE)
    for row in rows["deadlines"]:
        _load_rule(row, counts)
    for row in rows["texts"]:
        words: dict[str, Any] = {
            "label": row["label"],
            "subject": row["subject"],
            "body": row["body"].strip(),
        }
        create_missing(NoticeTemplate, {"key": row["key"], "language": "ja"}, words, counts)
    for ward in Ward.objects.order_by("order", "pk"):
        for row in rows["desks"]:
            _load_desk(ward, row, counts)
    return dict(counts)


def _load_rule(row: Row, counts: Counts) -> None:
    steps = row.pop("steps", [])
    rule, created = create_missing(
        DeadlineRule, {"kind": row.pop("kind"), "urgency": ""}, {**row, "needs_verification": True}, counts
    )
    if created:
        StepRule.objects.bulk_create(StepRule(rule=rule, **step) for step in steps)


def _load_desk(ward: Ward, row: Row, counts: Counts) -> None:
    """With its compartment and the seats of its section; a ward without that section gets none."""
    office = Office.objects.filter(ward=ward, routing_code=row["office"]).order_by("pk").first()
    if office is None or ProtectedDesk.objects.filter(ward=ward, kind=row["kind"]).exists():
        return
    room = Compartment.objects.create(kind=row["kind"], ward=ward)
    create_missing(
        ProtectedDesk,
        {"ward": ward, "kind": row["kind"]},
        {"office": office, "compartment": room, "source": row["source"]},
        counts,
    )
    for role in row["roles"]:
        seats.admit_role(room, office, Role(role), by=SYSTEM, reason=row["reason"])
