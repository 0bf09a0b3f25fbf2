"""今日の仕事: drafts that nobody has put up yet, and circulars that end soon while many households have not read them.

For the 地域づくり支援課 alone, whose work they are. Other sections send few, and find theirs in the list of circulars; the
first page asks them nothing.
"""

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows, rows
from chiba_ward.access.ways_in import address_of
from chiba_ward.casework.my_work import WorkGroup, WorkItem
from community.circulars.enums import CircularState
from community.circulars.models import ECircular
from community.relations import is_at_the_desk

SHOWN = 5
SOON = dt.timedelta(days=3)


def groups(actor: Actor) -> Iterator[WorkGroup]:
    """No group where there is nothing to do."""
    if not (is_at_the_desk(actor) and allows(actor, "e_circular.write")):
        return
    mine = ECircular.objects.filter(rows(actor, "e_circular.write"))
    drafts = mine.filter(state=CircularState.DRAFT).order_by("made_at", "pk")
    ending = mine.current().filter(until__lte=timezone.localdate() + SOON).order_by("until", "pk")
    for key, title, found, order in (
        ("circulars.drafts", "まだ掲載していない回覧", drafts, 28),
        ("circulars.ending", "まもなく終わる回覧（既読・紙・未を確かめる）", ending, 29),
    ):
        first = list(found[:SHOWN])
        if first:
            yield WorkGroup(
                key=key,
                title=title,
                items=tuple(_item(one) for one in first),
                count=len(first) if len(first) < SHOWN else found.count(),
                url=address_of("circulars:index"),
                tone="waiting",
                order=order,
                empty="ありません。",
            )


def _item(one: ECircular) -> WorkItem:
    page = "show" if one.state == CircularState.DRAFT else "ledger"
    note = f"{one.until.month}月{one.until.day}日まで"
    return WorkItem(label=one.title, url=address_of(f"circulars:{page}", one.pk), tone="active", note=note)
