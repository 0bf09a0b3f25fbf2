"""今日の仕事: issues that somebody is to look at again by today, and opinions that wait for an answer."""

from collections.abc import Iterator

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows, rows
from chiba_ward.access.ways_in import address_of
from chiba_ward.casework.my_work import WorkGroup, WorkItem
from regional_issues.enums import OpinionFate
from regional_issues.models import CitizenDialogue, LocalIssue
from regional_issues.relations import is_at_the_desk

SHOWN = 5


def groups(actor: Actor) -> Iterator[WorkGroup]:
    """No group where there is nothing to do. Other sections find theirs in the list."""
    if not (is_at_the_desk(actor) and allows(actor, "local_issue.write")):
        return
    due = LocalIssue.objects.filter(rows(actor, "local_issue.write")).due().order_by("next_on", "pk")
    if first := list(due[:SHOWN]):
        count = len(first) if len(first) < SHOWN else due.count()
        items = tuple(_issue(one) for one in first)
        yield _group("issues.due", "今日までに見る地域課題", items, count, "issues:index", 30)
    mine = CitizenDialogue.objects.filter(rows(actor, "citizen_dialogue.write"))
    waiting = mine.filter(opinions__fate=OpinionFate.WAITING).distinct().order_by("held_on", "pk")
    if found := list(waiting[:SHOWN]):
        count = len(found) if len(found) < SHOWN else waiting.count()
        items = tuple(_dialogue(one) for one in found)
        yield _group("issues.opinions", "検討中の意見がある区民対話会", items, count, "issues:dialogues", 31)


def _group(key: str, title: str, items: tuple[WorkItem, ...], count: int, url: str, order: int) -> WorkGroup:
    return WorkGroup(
        key=key,
        title=title,
        items=items,
        count=count,
        url=address_of(url),
        tone="waiting",
        order=order,
        empty="ありません。",
    )


def _issue(one: LocalIssue) -> WorkItem:
    day = one.next_on or timezone.localdate()
    tone = "overdue" if day < timezone.localdate() else "active"
    note = f"{day.month}月{day.day}日まで"
    return WorkItem(label=str(one), url=address_of("issues:show", one.pk), tone=tone, note=note)


def _dialogue(one: CitizenDialogue) -> WorkItem:
    note = f"{one.held_on.month}月{one.held_on.day}日"
    return WorkItem(label=one.title, url=address_of("issues:dialogue", one.pk), tone="active", note=note)
