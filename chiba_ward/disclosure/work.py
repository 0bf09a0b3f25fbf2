"""今日の仕事 of whoever keeps the register: what waits for a second person, and what runs past its date."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone

from chiba_ward.access import waiting
from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from chiba_ward.casework.my_work import Few, WorkGroup, WorkItem, first_few
from chiba_ward.disclosure import hints
from chiba_ward.disclosure.enums import HoldKind, HoldState
from chiba_ward.disclosure.models import DisclosureHold

# title, order, what is said of an empty list; the key is that of the tab in the register
GROUPS = {
    "clearing": ("制限の解除の確認（二人目）", 15, "確認を待つ解除の提案はありません。"),
    "renew": ("期限が近い・過ぎた制限（更新の確認）", 45, "期限が近い制限はありません。"),
}


def groups(actor: Actor) -> Iterator[WorkGroup]:
    """Both lists in one question."""
    if not allows(actor, "hold.read"):
        return
    mine = DisclosureHold.objects.visible_to(actor).order_by("valid_until", "pk")
    lists = {
        "clearing": mine.filter(state=HoldState.CLEARING).exclude(proposed_user=actor.user),
        "renew": mine.ending_soon(),
    }
    is_asked = waiting.may_wait(actor, hints.REGISTER)
    found = first_few(lists, ("pk", "kind", "valid_until")) if is_asked else dict.fromkeys(lists, Few())
    for key, few in found.items():
        yield _group(key, few)


def _group(key: str, few: Few) -> WorkGroup:
    title, order, empty = GROUPS[key]
    return WorkGroup(
        key=f"disclosure.{key}",
        title=title,
        items=tuple(map(_item, few.rows)),
        count=few.count,
        url=f"{reverse('hold:index')}?show={key}",
        tone="waiting",
        order=order,
        empty=empty,
    )


def _item(row: dict[str, Any]) -> WorkItem:
    until = row["valid_until"]
    return WorkItem(
        label=f"登録{row['pk']}番",
        url=reverse("hold:show", args=[row["pk"]]),
        tone="overdue" if until and until < timezone.localdate() else "waiting",
        note=f"{HoldKind(row['kind']).label}　期限 {until or 'なし'}",
        shows=f"hold:{row['pk']}",
    )
