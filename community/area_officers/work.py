"""今日の仕事 of the officers, of their section and of the 総務課: promises, 引継書, districts that wait (C13)."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows, rows
from chiba_ward.access.ways_in import address_of
from chiba_ward.casework.my_work import WorkGroup, WorkItem
from chiba_ward.directory.enums import Role
from community.area_officers import hints
from community.area_officers.models import AreaAssignment, AreaPromise, HandOver

SHOWN = 5
SUNDAY = 7
KEY, RED = "area_officers.awaiting", "引継書がない地区（引継ぎ待ち）"


def groups(actor: Actor) -> Iterator[WorkGroup]:
    """Nothing, and no question, for whoever has nothing to do with districts; empty groups are left out."""
    if actor.role == Role.COORDINATOR or not allows(actor, "area_assignment.list"):
        return
    yield from (group for group in _groups(actor) if group.count)


def _groups(actor: Actor) -> Iterator[WorkGroup]:
    number = hints.awaiting_of(actor)
    yield _awaiting(actor) if number is None else _counted(number)
    if not allows(actor, "area_promise.list"):
        return
    yield _own_papers(actor)
    yield _to_receive(actor)
    yield _promises(actor)
    if allows(actor, "area_assignment.manage"):
        yield _failing(actor)


def end_of_week(day: dt.date) -> dt.date:
    """The Sunday of that week."""
    return day + dt.timedelta(days=SUNDAY - day.isoweekday())


def _red_list() -> str:
    return f"{address_of('area_officers:index')}?gap=awaiting"


def _counted(number: int) -> WorkGroup:
    """For the 総務課, which looks after all districts and has none: the number, and the list behind it."""
    return WorkGroup(key=KEY, title=RED, count=number, url=_red_list(), tone="overdue", order=18)


def _awaiting(actor: Actor) -> WorkGroup:
    found = AreaAssignment.objects.filter(rows(actor, "area_assignment.list")).awaiting().whole()
    return _group(
        KEY,
        RED,
        found.order_by("area__name", "part", "pk"),
        _of_assignment,
        _red_list(),
        order=18,
        tone="overdue",
    )


def _own_papers(actor: Actor) -> WorkGroup:
    owing = AreaAssignment.objects.owing_paper().filter(officer=actor.posting).whole()
    return _group(
        "area_officers.papers",
        "書く引継書",
        owing.order_by("area__name", "pk"),
        _of_assignment,
        address_of("area_officers:index"),
        order=19,
        tone="waiting",
    )


def _to_receive(actor: Actor) -> WorkGroup:
    papers = HandOver.objects.filter(rows(actor, "area_hand_over.receive")).to_receive().whole()
    return _group(
        "area_officers.receive",
        "読んで受領する引継書",
        papers.order_by("submitted_at", "pk"),
        _of_paper,
        address_of("area_officers:index"),
        order=20,
        tone="waiting",
    )


def _promises(actor: Actor) -> WorkGroup:
    """Of the districts that the actor has: overdue, and due by the Sunday of this week."""
    until = end_of_week(timezone.localdate())
    areas = AreaAssignment.objects.in_force().filter(officer=actor.posting).values("area")
    mine = AreaPromise.objects.owed().filter(area__in=areas, due_on__lte=until).whole()
    return _group(
        "area_officers.promises",
        "住民との約束（今週まで・期限を過ぎたもの）",
        mine.order_by("due_on", "pk"),
        _of_promise,
        address_of("area_officers:promises"),
        order=21,
        tone="active",
    )


def _failing(actor: Actor) -> WorkGroup:
    """期限を過ぎた約束 of the whole ward, for 主査 and 課長, who need not have a district of their own."""
    late = AreaPromise.objects.filter(rows(actor, "area_promise.list")).overdue().whole()
    return _group(
        "area_officers.failing",
        "期限を過ぎた住民との約束（課の全部）",
        late.order_by("due_on", "pk"),
        _of_promise,
        f"{address_of('area_officers:promises')}?state=overdue",
        order=22,
        tone="overdue",
    )


def _group(
    key: str, title: str, found: QuerySet[Any], item: Any, url: str, *, order: int, tone: str
) -> WorkGroup:
    first = list(found[:SHOWN])
    count = len(first) if len(first) < SHOWN else found.count()
    return WorkGroup(
        key=key, title=title, items=tuple(_items(first, item)), count=count, url=url, tone=tone, order=order
    )


def _items(found: Iterable[Any], item: Any) -> Iterator[WorkItem]:
    return (item(one) for one in found)


def _of_assignment(one: AreaAssignment) -> WorkItem:
    over, standing = one.over_on, one.standing()
    return WorkItem(
        label=f"{one.area.name}　{one.get_part_display()}　{one.officer.person}",
        url=address_of("area_officers:assignment", one.pk),
        tone="overdue" if standing == "awaiting" else "waiting",
        note=f"{over.month}月{over.day}日から担当でありません。引継書を待っています" if over else "",
    )


def _of_paper(one: HandOver) -> WorkItem:
    return WorkItem(
        label=f"{one.assignment.area.name}　{one.number}",
        url=address_of("area_officers:paper", one.pk),
        tone="waiting",
        note=f"{one.day.month}月{one.day.day}日に出されました",
        shows=f"area_hand_over:{one.pk}",
    )


def _of_promise(one: AreaPromise) -> WorkItem:
    late = one.due_on < timezone.localdate()
    day = f"{one.due_on.month}月{one.due_on.day}日"
    return WorkItem(
        label=f"{one.area.name}の約束",
        url=address_of("area_officers:promise", one.pk),
        tone="overdue" if late else "active",
        note=f"期限 {day}を過ぎています" if late else f"期限 {day}",
        shows=f"area_promise:{one.pk}",
    )
