"""私の仕事, the part of meetings and plans: what an office has promised to do, and what a convener still owes."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from chiba_ward.access.ways_in import address_of
from chiba_ward.casework.my_work import Few, WorkGroup, WorkItem, first_few
from consultations.support.models import Meeting, RoleTask, SupportPlan

SHOWN = 5
NUMBER = "consultation__matter__receipt_no"
NAMES = ("pk", "day", NUMBER)


@dataclass(frozen=True)
class Kind:
    """One group: its title, the page of a row and of the list, what the read log calls a row."""

    title: str
    page: str
    all_of_them: str
    shows: str
    order: int


KINDS = {
    "tasks": Kind("会議・プランで受け持った役割", "task", "tasks", "role_task", 25),
    "review": Kind("見直す日が来た会議", "meeting", "meetings", "support_meeting", 30),
    "monitor": Kind("様子を確かめる日が来た支援プラン", "plan", "meetings", "support_plan", 31),
    "minutes": Kind("会議録を書く・確定する会議", "meeting", "meetings", "support_meeting", 40),
}


def groups(actor: Actor) -> Iterator[WorkGroup]:
    """For the actor's own office, under the posting that was chosen. One question to the database."""
    if actor.posting is None or not allows(actor, "role_task.list"):
        return
    found = first_few(_lists(actor), NAMES, SHOWN)
    for key, few in found.items():
        if few.count or key == "tasks":
            yield _group(key, few, actor)


def _lists(actor: Actor) -> dict[str, QuerySet[Any]]:
    """Whoever only helps owes roles; whoever convened owes minutes, reviews and plans as well."""
    tasks = RoleTask.objects.of_office(actor).open().annotate(day=F("due_on")).order_by("day", "pk")
    if not actor.is_staff:
        return {"tasks": tasks}
    mine = Meeting.objects.visible_to(actor).filter(office=actor.office_id)
    plans = SupportPlan.objects.visible_to(actor).filter(office=actor.office_id)
    return {
        "tasks": tasks,
        "review": mine.to_review().annotate(day=F("review_on")).order_by("day", "pk"),
        "monitor": plans.to_monitor().annotate(day=F("monitor_on")).order_by("day", "pk"),
        # Without a day of its own: whoever comes back from a meeting writes at once.
        "minutes": mine.to_be_minuted().annotate(day=F("requested_on")).order_by("day", "pk"),
    }


def _group(key: str, few: Few, actor: Actor) -> WorkGroup:
    kind, face = KINDS[key], "support" if actor.is_staff else "support_partner"
    today = timezone.localdate()
    return WorkGroup(
        key=f"support.{key}",
        title=kind.title,
        items=tuple(_item(key, row, face, today) for row in few.rows),
        count=few.count,
        url=address_of(f"{face}:{kind.all_of_them}"),
        tone="active" if key == "tasks" else "waiting",
        order=kind.order,
        empty="受け持っている役割はありません。",
    )


def _item(key: str, row: dict[str, Any], face: str, today: dt.date) -> WorkItem:
    kind, day = KINDS[key], row["day"]
    is_late = key == "tasks" and day < today
    until = f"{day.month}月{day.day}日まで" if key == "tasks" else ""
    return WorkItem(
        label=row[NUMBER],
        url=address_of(f"{face}:{kind.page}", row["pk"]),
        tone="overdue" if is_late else "active",
        note=f"{until}（過ぎています）" if is_late else until,
        shows=f"{kind.shows}:{row['pk']}",
    )
