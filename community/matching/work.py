"""今日の仕事 of the 地域づくり支援課: what waits to be checked, who has not answered, what is to be asked again."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows, rows
from chiba_ward.access.ways_in import address_of
from chiba_ward.casework.my_work import WorkGroup, WorkItem
from community.matching import rules
from community.matching.enums import RuleKey
from community.matching.models import Match, Need, Offer

SHOWN = 5


def groups(actor: Actor) -> Iterator[WorkGroup]:
    """Nothing, and no question, for whoever brokers none."""
    if not allows(actor, "match.broker"):
        return
    for model, order in ((Need, 28), (Offer, 29)):
        yield _to_check(actor, model, order)
    mine = Match.objects.filter(rows(actor, "match.broker")).select_related("need")
    if late := rules.rule(RuleKey.ANSWER):
        yield _matches(
            "late", "返事が届いていない仲介", mine.late(late.days).order_by("asked_at", "pk"), "", 30
        )
    due = mine.to_follow_up().order_by("follow_up_on", "pk")
    yield _matches("follow_up", "続いているかを確かめる仲介", due, "?due=on", 31)


def _to_check(actor: Actor, model: Any, order: int) -> WorkGroup:
    name, label = model._meta.model_name, model._meta.verbose_name
    waiting = model.objects.waiting().filter(rows(actor, f"{name}.work"))
    first = list(waiting.order_by("submitted_at", "pk")[:SHOWN])
    return WorkGroup(
        key=f"matching.{name}",
        title=f"確かめる{label}",
        items=tuple(
            _item(row.title, f"matching:{name}", row, row.submitted_at, "に届きました") for row in first
        ),
        count=len(first) if len(first) < SHOWN else waiting.count(),
        url=f"{address_of(f'matching:{name}s')}?state=submitted",
        tone="waiting",
        order=order,
        empty="ありません。",
    )


def _matches(key: str, title: str, found: Any, query: str, order: int) -> WorkGroup:
    first = list(found[:SHOWN])
    count = len(first) if len(first) < SHOWN else found.count()
    return WorkGroup(
        key=f"matching.{key}",
        title=title,
        items=tuple(_match_item(one) for one in first),
        count=count,
        url=f"{address_of('matching:matches')}{query or '?state=asked'}",
        tone="overdue" if count else "neutral",
        order=order,
        empty="ありません。",
    )


def _match_item(one: Match) -> WorkItem:
    if one.follow_up_on:
        day = one.follow_up_on
        return _line(one, f"{day.month}月{day.day}日が確かめる日です")
    return _item(f"{one.number}　{one.need.title}", "matching:match", one, one.asked_at, "から待っています")


def _line(one: Match, note: str) -> WorkItem:
    url = address_of("matching:match", one.pk)
    label = f"{one.number}　{one.need.title}"
    return WorkItem(label=label, url=url, tone="overdue", note=note, shows=f"match:{one.pk}")


def _item(label: str, page: str, row: Any, since: Any, what: str) -> WorkItem:
    day = timezone.localtime(since).date()
    return WorkItem(
        label=label,
        url=address_of(page, row.pk),
        tone="active",
        note=f"{day.month}月{day.day}日{what}",
        shows=f"{row._meta.model_name}:{row.pk}",
    )
