"""Who sees which meeting, item and decision, and the vocabulary of them."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from regional_issues.meetings.enums import Audience, DecisionState, MeetingKind, MeetingState, Outcome

if TYPE_CHECKING:  # named in the bases below, in quotes
    from regional_issues.meetings.models import (  # noqa: F401
        AgendaItem,
        Decision,
        StandingMember,
        WardMeeting,
    )

BEFORE = (MeetingState.PLANNED, MeetingState.CALLED)


class MeetingQuerySet(models.QuerySet["WardMeeting"]):
    def visible_to(self, actor: Actor) -> Self:
        """The desk that convenes; whoever it has called."""
        return self.filter(rows(actor, "ward_meeting.read"))

    def coming(self) -> Self:
        return self.filter(state__in=BEFORE).order_by("starts_at", "pk")

    def next_regular(self, ward: int, kind: str) -> "WardMeeting | None":
        """Whose agenda fills itself. An urgent meeting is about one thing and takes nothing else along."""
        return self.coming().filter(ward=ward, kind=kind, is_urgent=False).first()


class StandingMemberQuerySet(models.QuerySet["StandingMember"]):
    def on(self, day: dt.date) -> Self:
        return self.filter(valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def inside(actor: Actor, meeting: str) -> Q:
    """Whether internal words of a meeting are for the actor: staff of its ward, and never of the liaison meeting."""
    if not actor.is_staff or actor.ward_id is None:
        return Q(pk__in=[])
    return Q(**{f"{meeting}ward": actor.ward_id, f"{meeting}kind": MeetingKind.INTERNAL})


class ItemQuerySet(models.QuerySet["AgendaItem"]):
    def shown_to(self, actor: Actor) -> Self:
        """Items of meetings that the actor sees, each by its own audience. Every output asks here."""
        from regional_issues.meetings.models import WardMeeting

        seen = self.filter(meeting__in=WardMeeting.objects.visible_to(actor).order_by().values("pk"))
        return seen.filter(~Q(audience=Audience.INTERNAL) | inside(actor, "meeting__"))

    def outside(self) -> Self:
        """What the outside version of a paper holds, whoever prints it."""
        return self.exclude(audience=Audience.INTERNAL)

    def on_agenda(self) -> Self:
        return self.filter(taken_off_reason="")

    def undecided(self) -> Self:
        """Carried on and not yet on a later agenda; what a late decision or an issue brought follows these."""
        return self.filter(
            outcome=Outcome.CARRIED, carried_to__isnull=True, overdue__isnull=True, issue__isnull=True
        )


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, actor: Actor) -> Self:
        """The office in charge; whoever sees its item."""
        return self.filter(rows(actor, "ward_decision.read"))

    def open(self) -> Self:
        return self.filter(state=DecisionState.OPEN)

    def overdue(self, day: dt.date | None = None) -> Self:
        """Not reported, and its day has passed: due on 3/31, late on 4/1."""
        return self.open().filter(due_on__lt=day or timezone.localdate())
