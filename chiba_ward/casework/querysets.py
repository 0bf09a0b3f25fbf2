"""Vocabulary of the shared tables."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.casework.enums import WITHOUT_VERDICT, AttachmentState, Audience

if TYPE_CHECKING:  # named in quotes below
    from chiba_ward.casework.models import Attachment, Deadline, OutsideDutyReason, TimelineEntry  # noqa: F401


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def running(self) -> Self:
        return self.filter(met_at__isnull=True, cancelled_at__isnull=True)

    def overdue(self, now: dt.datetime | None = None) -> Self:
        return self.running().filter(paused_at__isnull=True, due_at__lt=now or timezone.now())


class TimelineQuerySet(models.QuerySet["TimelineEntry"]):
    def for_citizen(self) -> Self:
        return self.filter(audience=Audience.CITIZEN)

    def for_partner(self) -> Self:
        return self.filter(audience__in=[Audience.CITIZEN, Audience.PARTNER])


class OutsideDutyQuerySet(models.QuerySet["OutsideDutyReason"]):
    def visible_to(self, actor: Actor) -> Self:
        """The head reads what their people opened; never what they opened themselves (C21)."""
        return self.filter(rows(actor, "outside_duty.review"))

    def to_look_at(self) -> Self:
        return self.filter(looked_at__isnull=True)


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def clean(self) -> Self:
        return self.filter(state=AttachmentState.CLEAN)

    def awaiting_scan(self) -> Self:
        """Those without a verdict; also files that came before a scanner was configured, which stay open meanwhile."""
        return self.filter(scanned_at__isnull=True, state__in=WITHOUT_VERDICT)

    def for_citizen(self) -> Self:
        return self.filter(audience=Audience.CITIZEN)
