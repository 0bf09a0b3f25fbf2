"""The records of 取組項目 1-3 地域共生社会に向けた包括的支援体制: meetings, their papers and minutes, tasks, plans."""

from consultations.support.models.master import DutyGround, MeetingRule
from consultations.support.models.meeting import AgendaItem, Meeting, Member, Subject
from consultations.support.models.minutes import Minutes, MinutesSupplement
from consultations.support.models.papers import HandOut, HandOutCopy
from consultations.support.models.plan import PlanPerson, SupportPlan
from consultations.support.models.task import RoleTask

__all__ = [
    "AgendaItem",
    "DutyGround",
    "HandOut",
    "HandOutCopy",
    "Meeting",
    "MeetingRule",
    "Member",
    "Minutes",
    "MinutesSupplement",
    "PlanPerson",
    "RoleTask",
    "Subject",
    "SupportPlan",
]
