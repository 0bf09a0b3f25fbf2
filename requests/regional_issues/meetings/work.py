"""今日の仕事: answers owed to a call, decisions that are due or late, minutes that wait for the head."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows, rows
from chiba_ward.access.ways_in import address_of
from chiba_ward.casework.my_work import WorkGroup, WorkItem
from regional_issues.meetings.enums import Answer, MeetingState
from regional_issues.meetings.models import Decision, Invitation, WardMeeting

SHOWN = 5
SOON = dt.timedelta(days=7)


def groups(actor: Actor) -> Iterator[WorkGroup]:
    """No group where there is nothing to do."""
    if not actor.is_staff or not allows(actor, "ward_meeting.list"):
        return
    owed = Invitation.objects.filter(
        office=actor.office_id, answer=Answer.WAITING, meeting__state=MeetingState.CALLED
    ).order_by("meeting__starts_at", "pk")
    yield from _group("answers", "出欠の返事を待っている会議", owed.select_related("meeting"), _call, 30)
    due = Decision.objects.open().filter(
        rows(actor, "ward_decision.report"), due_on__lte=timezone.localdate() + SOON
    )
    yield from _group("decisions", "会議で決まったことの報告", due.order_by("due_on", "pk"), _decision, 31)
    if actor.is_head:
        waiting = WardMeeting.objects.filter(
            rows(actor, "ward_meeting.approve"), state=MeetingState.DRAFTED
        ).order_by("drafted_at", "pk")
        yield from _group("minutes", "確かめる会議録", waiting, _minutes, 32)


def _group(key: str, title: str, found: Any, item: Any, order: int) -> Iterable[WorkGroup]:
    first = list(found[:SHOWN])
    if first:
        yield WorkGroup(
            key=f"ward_meetings.{key}",
            title=title,
            items=tuple(item(one) for one in first),
            count=len(first) if len(first) < SHOWN else found.count(),
            url=address_of("ward_meetings:decisions" if key == "decisions" else "ward_meetings:index"),
            tone="waiting",
            order=order,
            empty="ありません。",
        )


def _call(row: Invitation) -> WorkItem:
    day = timezone.localtime(row.meeting.starts_at)
    url = address_of("ward_meetings:show", row.meeting_id)
    return WorkItem(label=row.meeting.label, url=url, tone="active", note=f"{day.month}月{day.day}日")


def _decision(row: Decision) -> WorkItem:
    late = row.due_on < timezone.localdate()
    note = f"{row.due_on.month}月{row.due_on.day}日まで{'（過ぎています）' if late else ''}"
    return WorkItem(
        label=row.text, url=address_of("ward_meetings:decision", row.pk), tone="active", note=note
    )


def _minutes(row: WardMeeting) -> WorkItem:
    return WorkItem(label=row.label, url=address_of("ward_meetings:show", row.pk), tone="active", note="")
