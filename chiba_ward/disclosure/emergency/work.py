"""今日の仕事 of supervisors and auditors: requests that nobody has looked at, until somebody has."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from chiba_ward.access import waiting
from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from chiba_ward.casework.my_work import WorkGroup, WorkItem
from chiba_ward.compartments.models import BreakGlass
from chiba_ward.disclosure import hints

SHOWN = 5


def groups(actor: Actor) -> Iterator[WorkGroup]:
    if not allows(actor, "break_glass.review"):
        return
    unreviewed = BreakGlass.objects.visible_to(actor).to_review()
    some = unreviewed.select_related("posting__person").order_by("asked_at", "id")[:SHOWN]
    rows = list(some) if waiting.may_wait(actor, hints.REVIEWS) else []
    url = reverse("break_glass:index")
    yield WorkGroup(
        key="disclosure.break_glass",
        title="緊急の開示（正当か不当かの確認）",
        items=tuple(_item(row, url) for row in rows),
        count=unreviewed.count() if len(rows) == SHOWN else len(rows),
        url=url,
        tone="urgent",
        order=4,
        empty="確かめる緊急の開示はありません。",
    )


def _item(row: BreakGlass, url: str) -> WorkItem:
    asked = timezone.localtime(row.asked_at)
    led = "開いた" if row.was_found else "番号は見つからなかった"
    note = f"{row.posting.person}　{asked:%-m月%-d日 %H:%M}　{led}"
    return WorkItem(label=row.number, url=url, tone="urgent", note=note, shows=f"break_glass:{row.pk}")
