"""Who sees which meeting, plan and task: the one rule that pages, counts, lists and papers ask."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.compartments import services as compartments
from consultations.support.enums import AFTERWARDS, NOT_YET_HELD, MeetingState, PlanState

if TYPE_CHECKING:  # named in the bases below, in quotes
    from consultations.support.models import Meeting, RoleTask, SupportPlan  # noqa: F401

LIES_IN = "consultation__compartment"


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, actor: Actor) -> Self:
        """The section that convened it, and the offices of its members once they are fixed (社会福祉法106条の6)."""
        return self.filter(rows(actor, "support_meeting.read"), compartments.reachable(actor, LIES_IN))

    def ahead(self) -> Self:
        return self.filter(state__in=NOT_YET_HELD)

    def to_be_minuted(self) -> Self:
        return self.filter(state=MeetingState.HELD)

    def held(self) -> Self:
        return self.filter(state__in=AFTERWARDS)

    def to_review(self, day: dt.date | None = None) -> Self:
        return self.filter(review_on__lte=day or timezone.localdate())


class PlanQuerySet(models.QuerySet["SupportPlan"]):
    def visible_to(self, actor: Actor) -> Self:
        """The section that wrote it, and the offices that have a task in it since it was decided."""
        return self.filter(rows(actor, "support_plan.read"), compartments.reachable(actor, LIES_IN))

    def decided(self) -> Self:
        return self.filter(state=PlanState.DECIDED)

    def to_monitor(self, day: dt.date | None = None) -> Self:
        return self.decided().filter(monitor_on__lte=day or timezone.localdate())


class TaskQuerySet(models.QuerySet["RoleTask"]):
    def visible_to(self, actor: Actor) -> Self:
        """The office that does it, once it was given, and the section that convened or planned."""
        return self.filter(rows(actor, "role_task.read"), compartments.reachable(actor, LIES_IN))

    def of_office(self, actor: Actor) -> Self:
        return self.visible_to(actor).filter(office=actor.office_id)

    def open(self) -> Self:
        return self.filter(given_at__isnull=False, done_at__isnull=True, cancelled_at__isnull=True)

    def overdue(self, day: dt.date | None = None) -> Self:
        return self.open().filter(due_on__lt=day or timezone.localdate())

    def counted(self) -> Self:
        return self.filter(
            Q(given_at__isnull=False, cancelled_at__isnull=True), consultation__matter__is_drill=False
        )
