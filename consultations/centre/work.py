"""今日の仕事 of the family section: evaluations whose day has come, transfers that wait for somebody's name."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from chiba_ward.access.ways_in import address_of
from chiba_ward.casework.my_work import Few, WorkGroup, WorkItem, first_few
from consultations.centre import names
from consultations.centre.models import CaseTransfer, ProgressEntry

SHOWN = 5
NUMBER = "consultation__matter__receipt_no"
TITLES = {"evaluations": "次回評価日を過ぎた台帳", "transfers": "受け入れるかを答える移管"}
PAGES = {
    "evaluations": ("centre:entry", "centre:ledger", "progress_entry"),
    "transfers": ("centre:transfer", "centre:transfers", "case_transfer"),
}


def groups(actor: Actor) -> Iterator[WorkGroup]:
    """One question to the database for the section, none for anybody else."""
    if not allows(actor, "progress_entry.list"):
        return
    for key, few in first_few(_lists(actor), ("pk", "day", NUMBER), SHOWN).items():
        yield _group(key, few, names.of_actor(actor).name)


def _lists(actor: Actor) -> dict[str, QuerySet[Any]]:
    late = ProgressEntry.objects.visible_to(actor).overdue().annotate(day=F("next_on"))
    offered = CaseTransfer.objects.offered_to(actor).annotate(day=TruncDate("asked_at"))
    return {"evaluations": late.order_by("day", "pk"), "transfers": offered.order_by("day", "pk")}


def _group(key: str, few: Few, centre: str) -> WorkGroup:
    page, all_of_them, shows = PAGES[key]
    return WorkGroup(
        key=f"centre.{key}",
        title=f"{centre}：{TITLES[key]}",
        items=tuple(_item(key, row, page, shows) for row in few.rows),
        count=few.count,
        url=address_of(all_of_them),
        tone="overdue" if key == "evaluations" else "waiting",
        order=24,
        empty="ありません。",
    )


def _item(key: str, row: dict[str, Any], page: str, shows: str) -> WorkItem:
    day: dt.date = row["day"]
    days = (timezone.localdate() - day).days
    late = key == "evaluations"
    return WorkItem(
        label=row[NUMBER],
        url=address_of(page, row["pk"]),
        tone="overdue" if late else "active",
        note=f"{days}日過ぎています" if late else f"{day.month}月{day.day}日に頼まれました",
        shows=f"{shows}:{row['pk']}",
    )
