"""役割分担: what a meeting or a plan asks of an office, and how it is done."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.casework import timeline
from chiba_ward.correspondence import notices
from chiba_ward.directory.models import Office
from consultations.models import Consultation
from consultations.support.models import Meeting, RoleTask, SupportPlan
from consultations.support.policy import may_do
from consultations.support.services.locking import locked_meeting, locked_plan
from consultations.workflow.errors import Refused

GIVEN = "escalation.role_task"


def give(pk: int, *, by: Actor, office: Office, what: str, due_on: dt.date) -> RoleTask:
    """A line of the role table of a meeting that was held; it lies in the office's queue at once."""
    with locked_meeting(pk, by=by) as meeting:
        if meeting.held_at is None:
            raise Refused("役割分担は、会議を開催したあとに記録してください。")
        members = meeting.members.filter(office=office, fixed_at__isnull=False, ended_at__isnull=True)
        if not members.exists():
            raise Refused("役割は、この会議の構成員の課・機関に割り当ててください。", "office")
        task = _add(meeting.consultation, by, office, what, due_on, meeting=meeting)
        hand_out([task], by)
    return task


def plan_task(pk: int, *, by: Actor, office: Office, what: str, due_on: dt.date) -> RoleTask:
    """A line of a plan. While the plan is a draft nobody is told; in a decided plan it is given at once."""
    with locked_plan(pk, by=by) as plan:
        if plan.state == "closed":
            raise Refused("終わったプランには、役割を足せません。")
        task = _add(plan.consultation, by, office, what, due_on, plan=plan)
        if plan.decided_at:
            from consultations.support.services.plans import refuse_offices_without_consent

            refuse_offices_without_consent(plan)
            hand_out([task], by)
    return task


def _add(
    case: Consultation,
    by: Actor,
    office: Office,
    what: str,
    due_on: dt.date,
    *,
    meeting: Meeting | None = None,
    plan: SupportPlan | None = None,
) -> RoleTask:
    if due_on < timezone.localdate():
        raise Refused("期限は、今日からあとの日にしてください。", "due_on")
    return RoleTask.objects.create(
        consultation=case,
        meeting=meeting,
        plan=plan,
        office=office,
        what=what,
        due_on=due_on,
        created_by=by.seat,
    )


def hand_out(tasks: list[RoleTask], by: Actor) -> None:
    """From now on each office sees its own; it hears of it without content."""
    now = timezone.now()
    for task in tasks:
        task.given_at = now
        task.save(update_fields=["given_at"])
    for office in dict.fromkeys(task.office for task in tasks):
        if office.pk != by.office_id:
            notices.tell_office(tasks[0].consultation.matter, office, GIVEN)


def done(pk: int, *, by: Actor, result: str) -> RoleTask:
    """済んだ, by the office or by the convener on its word. Twice is once. Raises `RoleTask.DoesNotExist`."""
    with transaction.atomic():
        seen = RoleTask.objects.visible_to(by).filter(rows(by, "role_task.do"), pk=pk)
        case = (
            Consultation.objects.select_for_update(of=("self",))
            .select_related("matter")
            .filter(pk__in=seen.values("consultation"))
            .first()
        )
        if case is None:
            raise RoleTask.DoesNotExist
        task = RoleTask.objects.select_for_update(of=("self",)).select_related("office").get(pk=pk)
        if task.done_at:
            return task
        if not may_do(by, task):
            raise Refused("この役割は、取りやめになりました。")
        task.done_at, task.done_by, task.result = timezone.now(), by.seat, result
        task.save()
        names = task.office.words_on(timezone.localdate())
        timeline.record(case.matter, "support.task_done", by, task=task.pk, **names)
    return task
