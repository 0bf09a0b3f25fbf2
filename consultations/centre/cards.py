"""The card of the centre on the case screen, for the family section alone: its entries, and where a new one begins."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.urls import reverse

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from consultations.centre import names
from consultations.centre.enums import ENTRY_TONES, Category, EntryState
from consultations.centre.models import ProgressEntry
from consultations.centre.policy import may_register
from consultations.joint import Card, Line

Row = dict[str, Any]


def columns(actor: Actor) -> dict[str, Any]:
    """The list rides along with the question for the case; in other sections it is not asked at all."""
    if not allows(actor, "progress_entry.list"):
        return {}
    entries = ProgressEntry.objects.visible_to(actor).filter(consultation=OuterRef("pk")).order_by("-pk")
    row = {"pk": "pk", "category": "category", "state": "state", "next_on": "next_on"}
    return {"entry_rows": ArraySubquery(entries.values(row=JSONObject(**row)))}


def of_case(case: Any, actor: Actor) -> Iterator[Card]:
    """Of a case that came with `columns`."""
    rows: list[Row] = getattr(case, "entry_rows", None) or []
    may = may_register(actor, case) and not any(row["state"] == EntryState.OPEN for row in rows)
    if rows or may:
        action = (reverse("centre:register", args=[case.receipt_no]), "進行管理台帳に載せる")
        yield Card(
            "centre",
            names.of_actor(actor).name,
            tuple(map(_line, rows)),
            action if may else ("", ""),
            "まだ台帳に載っていません。要保護・要支援・特定妊婦のときに載せます。",
        )


def _line(row: Row) -> Line:
    state, day = EntryState(row["state"]), dt.date.fromisoformat(row["next_on"])
    label = f"{Category(row['category']).label}　次回評価 {day.month}月{day.day}日"
    return Line(label, reverse("centre:entry", args=[row["pk"]]), str(state.label), ENTRY_TONES[state])
