"""今日の仕事 of the 地域づくり支援課: 現況届 that wait to be read, and associations whose day has passed."""

from collections.abc import Iterator

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows, rows
from chiba_ward.access.ways_in import address_of
from chiba_ward.casework.my_work import WorkGroup, WorkItem
from community import years
from community.models import AnnualReturn, CommunityOrg

SHOWN = 5


def groups(actor: Actor) -> Iterator[WorkGroup]:
    """Nothing, and no question, for whoever judges none."""
    if not allows(actor, "annual_return.judge"):
        return
    yield _waiting(actor)
    term = years.current()
    if term.is_overdue():
        yield _overdue(actor, term)


def _waiting(actor: Actor) -> WorkGroup:
    mine = AnnualReturn.objects.visible_to(actor).waiting().filter(rows(actor, "annual_return.judge"))
    first = list(mine.select_related("org__office").order_by("submitted_at", "pk")[:SHOWN])
    return WorkGroup(
        key="community.returns",
        title="確かめる現況届",
        items=tuple(_item(one) for one in first),
        count=len(first) if len(first) < SHOWN else mine.count(),
        url=address_of("community:returns"),
        tone="waiting",
        order=26,
        empty="ありません。",
    )


def _item(one: AnnualReturn) -> WorkItem:
    day = timezone.localtime(one.submitted_at).date() if one.submitted_at else timezone.localdate()
    return WorkItem(
        label=f"{one.org}　{years.year_label(one.fiscal_year)}",
        url=address_of("community:return", one.pk),
        tone="active",
        note=f"{day.month}月{day.day}日に提出されました",
        shows=f"annual_return:{one.pk}",
    )


def _overdue(actor: Actor, term: years.Term) -> WorkGroup:
    late = CommunityOrg.objects.filter(rows(actor, "community_org.write")).owing(term.fiscal_year)
    count = late.count()
    due = term.due_on
    return WorkGroup(
        key="community.owing",
        title=f"現況届が出ていない団体（期限 {due.month}月{due.day}日）" if due else "現況届が出ていない団体",
        count=count,
        url=f"{address_of('community:returns')}?tab=owing",
        tone="overdue" if count else "neutral",
        order=27,
        empty="ありません。",
    )
