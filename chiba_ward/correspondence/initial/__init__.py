"""The first standard texts. Loading again adds what is missing and leaves what staff have edited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction

from chiba_ward.correspondence.models import NoticeTemplate

FILE = Path(__file__).with_name("notice_templates.yaml")


def texts() -> list[NoticeTemplate]:
    """The rows of the file, not saved."""
    entries: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return [_row(entry, code) for entry in entries for code, _ in settings.LANGUAGES if code in entry]


@transaction.atomic
def load() -> int:
    """Add the texts that do not stand yet; the number added."""
    standing = set(NoticeTemplate.objects.values_list("key", "language"))
    new = [row for row in texts() if (row.key, row.language) not in standing]
    for row in new:
        row.full_clean()
        row.save()
    return len(new)


def _row(entry: dict[str, Any], language: str) -> NoticeTemplate:
    words = entry[language]
    return NoticeTemplate(
        key=entry["key"],
        language=language,
        label=entry["label"],
        subject=words["subject"],
        body=words["body"].strip(),
        is_reply=entry.get("is_reply", False),
    )
