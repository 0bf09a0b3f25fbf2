"""Who may do what with a meeting or a decision, in sentences. Buttons, doors and services ask the same."""

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from regional_issues.meetings.enums import DecisionState, MeetingState
from regional_issues.meetings.models import Decision, WardMeeting

S = MeetingState
RUN = {
    S.PLANNED: {"add", "show_to", "move", "off", "invite", "call", "postpone"},
    S.CALLED: {
        "record",
        "decide",
        "answer_for",
        "add",
        "show_to",
        "move",
        "off",
        "invite",
        "hold",
        "postpone",
    },
    S.HELD: {"record", "decide", "show_to", "draft"},
    S.DRAFTED: set(),
    S.APPROVED: {"supplement"},
}


def acts_open_to(actor: Actor, meeting: WardMeeting) -> frozenset[str]:
    """The acts of the desk whose forms are shown and whose posts are accepted."""
    if not allows(actor, "ward_meeting.run", meeting):
        return frozenset()
    return frozenset(RUN[S(meeting.state)])


def approvals_open_to(actor: Actor, meeting: WardMeeting) -> frozenset[str]:
    if meeting.state != S.DRAFTED or not allows(actor, "ward_meeting.approve", meeting):
        return frozenset()
    return frozenset({"approve", "send_back"})


def answers_open_to(actor: Actor, meeting: WardMeeting) -> frozenset[str]:
    if meeting.state != S.CALLED or not allows(actor, "ward_meeting.answer", meeting):
        return frozenset()
    return frozenset({"answer"})


def reports_open_to(actor: Actor, decision: Decision) -> frozenset[str]:
    is_open = decision.state == DecisionState.OPEN
    return (
        frozenset({"report"}) if is_open and allows(actor, "ward_decision.report", decision) else frozenset()
    )


def steering_open_to(actor: Actor, decision: Decision) -> frozenset[str]:
    if decision.state != DecisionState.OPEN or not allows(actor, "ward_decision.steer", decision):
        return frozenset()
    return frozenset({"change", "withdraw"})
