"""What counts as a decision of several agencies when a case of several fields is closed (DOMAIN §7 課題①)."""

from consultations.enums import JointDecision
from consultations.models import Consultation
from consultations.support.enums import MeetingState, PlanState
from consultations.support.models import Meeting, SupportPlan


def of_case(case: Consultation) -> str:
    """A plan that was decided, else a meeting whose minutes were approved; one in preparation decides nothing."""
    if SupportPlan.objects.filter(consultation=case).exclude(state=PlanState.DRAFT).exists():
        return JointDecision.PLAN
    if Meeting.objects.filter(consultation=case, state=MeetingState.MINUTES_APPROVED).exists():
        return JointDecision.MEETING
    return ""
