"""How a meeting, a plan or a task may stand to whoever acts. `policy.yaml` grants roles these relations."""

from django.db.models import Q

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import relations
from consultations.support.enums import PlanState
from consultations.support.models import Member, RoleTask

of_meeting = relations.of("support_meeting")
of_plan = relations.of("support_plan")
of_task = relations.of("role_task")


@of_meeting
def convener(actor: Actor) -> Q:
    return Q(office=actor.office_id)


@of_meeting
def head_of_convener(actor: Actor) -> Q | None:
    return Q(office=actor.office_id) if actor.is_head else None


@of_meeting
def member(actor: Actor) -> Q | None:
    """An office of which a person is a fixed member: bound, pledged, and not ended by a withdrawn consent."""
    if actor.office_id is None:
        return None
    seats = Member.objects.filter(office=actor.office_id, fixed_at__isnull=False, ended_at__isnull=True)
    return Q(pk__in=seats.order_by().values("meeting"))


@of_plan
def planner(actor: Actor) -> Q:
    return Q(office=actor.office_id)


@of_plan
def helper(actor: Actor) -> Q | None:
    """An office with a task in a plan that was decided and has not ended."""
    if actor.office_id is None:
        return None
    tasks = RoleTask.objects.filter(
        office=actor.office_id, plan__isnull=False, given_at__isnull=False, cancelled_at__isnull=True
    )
    return Q(state=PlanState.DECIDED, pk__in=tasks.order_by().values("plan"))


@of_task
def of_my_office(actor: Actor) -> Q:
    return Q(office=actor.office_id, given_at__isnull=False, cancelled_at__isnull=True)


@of_task
def given_by_my_office(actor: Actor) -> Q:
    return Q(meeting__office=actor.office_id) | Q(plan__office=actor.office_id)
