"""Who sees which notice: whoever has a seat in its compartment, nobody else."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.casework.models import Deadline
from chiba_ward.compartments import services as compartments
from consultations.protection.enums import NotificationState as S

if TYPE_CHECKING:  # named in the bases below, in quotes
    from consultations.protection.models import AbuseNotification, Alarm  # noqa: F401

SAFETY = "protection.safety_check"


class NotificationQuerySet(models.QuerySet["AbuseNotification"]):
    def visible_to(self, actor: Actor) -> Self:
        """Both: the policy grants the relation, and the compartment is one of the actor's own (ADR 0019)."""
        own = compartments.seated(actor, "consultation__compartment")
        return self.filter(rows(actor, "protected_case.read"), own)

    def open(self) -> Self:
        return self.exclude(state=S.SEALED)

    def with_clock(self) -> Self:
        """`check_due` is when the safety check is due; None once somebody has seen the person."""
        clock = Deadline.objects.running().filter(matter=OuterRef("pk"), kind=SAFETY)
        return self.select_related("consultation__matter", "consultation__assignee__person").annotate(
            check_due=Subquery(clock.order_by("id").values("due_at")[:1])
        )

    def late(self, now: dt.datetime | None = None) -> Self:
        return self.filter(check_due__lt=now or timezone.now())


class AlarmQuerySet(models.QuerySet["Alarm"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(rows(actor, "protection_alarm.read"))

    def to_call(self) -> Self:
        return self.filter(called_at__isnull=True)
