"""The records of 取組項目 3-1: meetings, who is in them, their agenda, decisions and supplements."""

from regional_issues.meetings.models.agenda import AgendaItem, Decision
from regional_issues.meetings.models.meeting import Invitation, MinutesSupplement, StandingMember, WardMeeting

__all__ = ["AgendaItem", "Decision", "Invitation", "MinutesSupplement", "StandingMember", "WardMeeting"]
