"""How a standard text will look, with invented values; nothing is sent and nothing written."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone

from chiba_ward.casework import receipt_numbers
from chiba_ward.correspondence import placeholders, texts
from chiba_ward.correspondence.models import NoticeTemplate

NUMBER = "S-7K4M-925F"


def preview(row: NoticeTemplate) -> texts.Text:
    """The text with sample values in its own language."""
    return texts.filled(row, lambda name: sample(name, row.language))


def sample(name: str, language: str) -> str:
    """One invented value."""
    day = (timezone.localdate() + dt.timedelta(days=3)).isoformat()
    values = {
        "number": NUMBER,
        "number_spoken": receipt_numbers.spoken(NUMBER),
        "promise_date": texts.promise(day, language),
        "status_url": settings.PORTAL_BASE_URL,
        "office_name": "（担当の課の名称）",
        "office_phone": "（担当の課の電話）",
        "link": f"{settings.PORTAL_BASE_URL}/partner/link/…",
        "code": "123456",
    }
    return values[name]


def mistakes(row: NoticeTemplate) -> list[str]:
    """The same mistakes that saving would find."""
    found = placeholders.mistakes(row.key, row.subject) + placeholders.mistakes(row.key, row.body)
    return list(dict.fromkeys([*found, *placeholders.missing(row.key, row.subject + row.body)]))
