"""Deadline rules and limits of files to begin with. Every figure is 要確認 until the city has confirmed it (DESIGN §2 rule 10)."""

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from chiba_ward.casework.models import DeadlineRule, FileLimit, StepRule

DEADLINES = Path(__file__).with_name("deadlines.yaml")


@transaction.atomic
def load() -> dict[str, int]:
    """Add the rules that are missing; the counts `added` and `kept`. What an office has edited is never touched."""
    counts = {"added": 0, "kept": 0}
    for row in yaml.safe_load(DEADLINES.read_text(encoding="utf-8")):
        counts["added" if _add(row) else "kept"] += 1
    _limit, is_new = FileLimit.objects.get_or_create(kind="", defaults={"source": "担当の目安(要確認)"})
    counts["added" if is_new else "kept"] += 1
    return counts


def _add(row: dict[str, Any]) -> bool:
    facts = {name: row[name] for name in ("label", "unit", "amount", "source")}
    rule, created = DeadlineRule.objects.get_or_create(
        kind=row["kind"], urgency=row.get("urgency", ""), defaults={**facts, "needs_verification": True}
    )
    if created:
        StepRule.objects.bulk_create([StepRule(rule=rule, **step) for step in row.get("steps", [])])
    return created
