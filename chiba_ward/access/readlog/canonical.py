"""The text of a row that is hashed, made from its columns alone, and the hash that chains it to the row before.

The trigger of the migration `read_log_chain` makes the same text in the database. Keys are sorted, numbers are whole,
the time is microseconds since 1970 in UTC: no session's time zone or locale changes a letter of it.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db.models import BigIntegerField, Func, QuerySet

from chiba_ward.access.models import ReadLogEntry

COLUMNS = (
    "actor_kind",
    "actor_name",
    "amount",
    "at",
    "ids",
    "is_off_hours",
    "is_outside_duty",
    "is_same_surname",
    "keys",
    "kind",
    "matter_ids",
    "office_id",
    "office_name",
    "posting_id",
    "reason",
    "request_id",
    "result",
    "role",
    "route",
    "seq",
    "user_id",
    "verb",
    "version",
    "words",
)
FIRST = hashlib.sha256(b"").digest()
"""What stands for the hash of the row before the first."""


class Microseconds(Func):
    """Since 1970, as a whole number. Made by the server: Django's driver takes every time for UTC, whatever the zone
    of the session in which it was read."""

    template = "(extract(epoch FROM %(expressions)s) * 1000000)::bigint"
    output_field = BigIntegerField()


def readable(rows: QuerySet[ReadLogEntry]) -> Any:
    """Rows as `canonical` reads them, with their links."""
    names = (name for name in (*COLUMNS, "prev_hash", "hash") if name != "at")
    return rows.values(*names, microseconds=Microseconds("at"))


def canonical(row: Mapping[str, Any]) -> str:
    """The text of a row of version 1."""
    values = {name: row["microseconds" if name == "at" else name] for name in COLUMNS}
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def chained(prev_hash: bytes, row: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(prev_hash + canonical(row).encode()).digest()
