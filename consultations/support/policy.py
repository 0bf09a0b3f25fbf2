"""Who may do what with a meeting, a plan or a task, in sentences. Buttons, doors and services ask the same."""

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from consultations.enums import OPEN_STATES
from consultations.models import Consultation
from consultations.support.enums import MeetingState, PlanState
from consultations.support.models import Meeting, RoleTask, SupportPlan

S = MeetingState
RIPE: dict[str, frozenset[str]] = {
    **dict.fromkeys(("member", "pledge", "drop_member", "fix"), frozenset({S.PLANNED})),
    **dict.fromkeys(
        ("subject", "take_off", "consent", "agenda", "hand_out", "cancel"),
        frozenset({S.PLANNED, S.MEMBERS_FIXED}),
    ),
    **dict.fromkeys(("reopen", "hold"), frozenset({S.MEMBERS_FIXED})),
    **dict.fromkeys(("minutes",), frozenset({S.HELD})),
    **dict.fromkeys(("collect", "task", "review"), frozenset({S.HELD, S.MINUTES_APPROVED})),
    "supplement": frozenset({S.MINUTES_APPROVED}),
}
PLAN_RIPE: dict[str, frozenset[str]] = {
    **dict.fromkeys(("person", "sign", "task", "decide", "change"), frozenset({PlanState.DRAFT})),
    **dict.fromkeys(("monitor", "close", "more_task"), frozenset({PlanState.DECIDED})),
}


def may_convene(actor: Actor, case: Consultation) -> bool:
    """The desk that keeps the case, while it is open."""
    return case.state in OPEN_STATES and allows(actor, "consultation.convene", case)


def may_prepare(actor: Actor, meeting: Meeting) -> bool:
    return allows(actor, "support_meeting.prepare", meeting)


def acts_open_to(actor: Actor, meeting: Meeting) -> frozenset[str]:
    """The acts whose forms are shown and whose posts are accepted."""
    if not may_prepare(actor, meeting):
        return frozenset()
    return frozenset(act for act, states in RIPE.items() if meeting.state in states)


def may_approve(actor: Actor, meeting: Meeting) -> bool:
    """The head of the section that convened, when there are minutes to approve."""
    return meeting.state == S.HELD and allows(actor, "support_meeting.approve", meeting)


def may_read_minutes(actor: Actor, meeting: Meeting) -> bool:
    """A draft is the convener's own; approved ones are read by every member who was fixed for this meeting."""
    if may_prepare(actor, meeting):
        return True
    return meeting.state == S.MINUTES_APPROVED and allows(actor, "support_meeting.read", meeting)


def may_write_plan(actor: Actor, plan: SupportPlan) -> bool:
    return allows(actor, "support_plan.write", plan)


def plan_acts_open_to(actor: Actor, plan: SupportPlan) -> frozenset[str]:
    if not may_write_plan(actor, plan):
        return frozenset()
    return frozenset(act for act, states in PLAN_RIPE.items() if plan.state in states)


def may_do(actor: Actor, task: RoleTask) -> bool:
    """The office itself, or the convener on its word (paper and telephone)."""
    is_open = task.given_at is not None and task.done_at is None and task.cancelled_at is None
    return is_open and allows(actor, "role_task.do", task)
