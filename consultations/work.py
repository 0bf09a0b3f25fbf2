"""今日の仕事: what this module asks of an actor, due first."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework.my_work import WorkGroup, WorkItem
from consultations import policy
from consultations.models import Consultation

SHOWN = 5


def groups(actor: Actor) -> Iterable[WorkGroup]:
    """Urgent, mine, unread, nobody's, overdue: each a count that leads to its list."""
    if not policy.may_triage(actor):
        return
    visible = Consultation.objects.visible_to(actor).open().select_related("matter")
    yield from _groups(actor, visible)


def _groups(actor: Actor, visible: Any) -> Iterator[WorkGroup]:
    now = timezone.now()
    yield _group("urgent", "急いで読む相談", visible.filter(risk_rank__lte=1, first_action_at=None), "due=", "urgent", 10, "急ぐ相談はありません。")
    yield _group("unread", "相談者から連絡あり", visible.filter(unread_messages__gt=0), "due=unread", "waiting", 20, "未読の連絡はありません。")
    yield _group("overdue", "期限を過ぎた相談", visible.overdue(now), "due=overdue", "overdue", 30, "期限を過ぎた相談はありません。")
    yield _group("untaken", "担当が決まっていない相談", visible.filter(assignee=None), "whose=none", "new", 40, "担当のない相談はありません。")
    yield _group("mine", "自分の担当", visible.filter(assignee=actor.posting), "whose=mine", "active", 50, "担当している相談はありません。一覧から「自分が担当する」を押すと、ここに出ます。")


def _group(key: str, title: str, rows: Any, query: str, tone: str, order: int, empty: str) -> WorkGroup:
    nearest = list(rows.order_by("risk_rank", "due_at", "pk")[:SHOWN])
    count = len(nearest) if len(nearest) < SHOWN else rows.order_by().count()
    items = tuple(
        WorkItem(case.receipt_no, reverse("staff:case", args=[case.receipt_no]), case.due_at, tone, case.chief_concern)
        for case in nearest
    )
    return WorkGroup(f"consultations.{key}", title, items, count, f"{reverse('staff:queue')}?{query}", tone, order, empty)
