"""What stands on a page and on its print alike: members, persons, agenda, copies, role table."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from consultations import choices
from consultations.support.models import HandOutCopy, Meeting, RoleTask, SupportPlan


def of_meeting(meeting: Meeting) -> dict[str, Any]:
    offices = choices.office_names()
    members = list(meeting.members.select_related("duty").order_by("number"))
    for member in members:
        member.office_name = offices.get(member.office_id, "")
    return {
        "members": members,
        "subjects": list(meeting.subjects.filter(taken_off_at__isnull=True).select_related("party")),
        "agenda": list(meeting.agenda.order_by("order")),
        "hand_outs": list(meeting.hand_outs.order_by("number")),
        "copies": list(copies_of(meeting)),
        "tasks": tasks_of(meeting.tasks.all()),
    }


def of_plan(plan: SupportPlan) -> dict[str, Any]:
    return {
        "people": list(plan.people.select_related("party")),
        "tasks": tasks_of(plan.tasks.all()),
        "decided_in": plan.meeting,
        "lead": choices.office_names().get(plan.lead_office_id or 0, ""),
    }


def copies_of(meeting: Meeting) -> "QuerySet[HandOutCopy]":
    rows = HandOutCopy.objects.filter(hand_out__meeting=meeting).select_related("hand_out", "member")
    return rows.order_by("hand_out__number", "member__number")


def tasks_of(rows: "QuerySet[RoleTask]") -> list[dict[str, Any]]:
    """Each with what it is: done, late, still to do."""
    offices, today = choices.office_names(), timezone.localdate()
    found = rows.filter(cancelled_at__isnull=True).select_related("done_by__person").order_by("due_on", "pk")
    return [{"task": one, "office": offices.get(one.office_id, ""), **state_of(one, today)} for one in found]


def state_of(task: RoleTask, today: Any) -> dict[str, str]:
    if task.cancelled_at:
        return {"state": "取りやめ", "tone": "done"}
    if task.done_at:
        return {"state": "済み", "tone": "done"}
    if task.given_at and task.due_on < today:
        return {"state": "期限を過ぎています", "tone": "overdue"}
    return {"state": "これから" if task.given_at else "下書き", "tone": "active"}
