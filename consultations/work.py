"""今日の仕事: what this module asks of an actor, due first. Two questions to the database, whatever the number."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import CharField, Q, Value
from django.urls import reverse
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import opens
from chiba_ward.casework.my_work import WorkGroup, WorkItem
from chiba_ward.sealed.fields import opened
from consultations import subjects, tallies, work_held
from consultations.filters import due_rule
from consultations.models import Consultation
from consultations.querysets import mine_rule

SHOWN = 5
# key, title, query of the list, tone, order, what to do first when there is none
GROUPS = (
    (
        "suspected",
        "保護が必要かを確かめる相談",
        "due=suspected",
        "urgent",
        2,
        "確かめる相談はありません。",
    ),
    ("urgent", "急いで読む相談", "due=urgent", "urgent", 10, "急ぐ相談はありません。"),
    ("overdue", "期限を過ぎた相談", "due=overdue", "overdue", 12, "期限を過ぎた相談はありません。"),
    ("unread", "相談者から連絡あり", "due=unread", "waiting", 14, "未読の連絡はありません。"),
    ("today", "今日が期限の相談", "due=today", "waiting", 22, "今日が期限の相談はありません。"),
    ("untaken", "担当が決まっていない相談", "whose=none", "new", 40, "担当のない相談はありません。"),
    (
        "mine",
        "自分の担当",
        "whose=mine",
        "active",
        50,
        "担当している相談はありません。一覧から「自分が担当する」を押すと、ここに出ます。",
    ),
)


def groups(actor: Actor) -> Iterable[WorkGroup]:
    """Urgent, overdue, unread, due today, nobody's, mine: each a count that leads to its list."""
    return list(_groups(actor)) if opens(actor, "staff:queue") else []


def _groups(actor: Actor) -> Iterator[WorkGroup]:
    now = timezone.now()
    visible = Consultation.objects.visible_to(actor).open()
    counts = tallies.counts_of(visible, actor, now, [tallies.DV, *(key for key, *_ in GROUPS)])
    yield work_held.group(actor, counts[tallies.DV])
    nearest = _nearest(visible, {key: rule for key, rule in _rules(actor, now).items() if counts[key]})
    for key, title, query, tone, order, empty in GROUPS:
        items = tuple(_item(row, tone, now) for row in nearest.get(key, ()))
        yield WorkGroup(
            f"consultations.{key}",
            title,
            items,
            counts[key],
            f"{reverse('staff:queue')}?{query}",
            tone,
            order,
            empty,
        )


def _rules(actor: Actor, now: Any) -> dict[str, Q]:
    rules = {name: due_rule(name, now) for name in ("suspected", "urgent", "overdue", "unread", "today")}
    return rules | {"untaken": Q(assignee__isnull=True), "mine": mine_rule(actor)}


def _nearest(visible: Any, rules: dict[str, Q]) -> dict[str, list[dict[str, Any]]]:
    """The first few of every group in one question: a union of short lists, each cut by its own index."""
    names: tuple[str, ...] = (
        "risk_rank",
        "due_at",
        "pk",
        "matter__receipt_no",
        "chief_concern",
        "waiting_since",
    )
    names += ("suspected", "compartment")
    parts = [
        visible.filter(rule)
        .annotate(part=Value(key, CharField()))
        .order_by("risk_rank", "due_at", "pk")
        .values("part", *names)[:SHOWN]
        for key, rule in rules.items()
    ]
    found: dict[str, list[dict[str, Any]]] = {key: [] for key in rules}
    for row in parts[0].union(*parts[1:], all=True) if parts else ():
        found[row["part"]].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (row["risk_rank"], row["due_at"], row["pk"]))
    return found


def _item(row: dict[str, Any], tone: str, now: Any) -> WorkItem:
    is_late = row["waiting_since"] is None and row["due_at"] < now
    number = row["matter__receipt_no"]
    return WorkItem(
        label=number,
        url=reverse("staff:case", args=[number]),
        due_at=row["due_at"],
        tone="overdue" if is_late else "paused" if row["waiting_since"] else tone,
        note=_note(row),
        shows=f"consultation:{row['pk']}",
    )


def _note(row: dict[str, Any]) -> str:
    """As `subjects` says it; of a danger that nobody has confirmed, the first page says that alone."""
    if row["compartment"] is not None:
        return ""
    if row["suspected"]:
        return subjects.WAITING
    return str(opened(row["chief_concern"], Consultation, "chief_concern", row["pk"]))
