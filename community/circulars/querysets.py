"""Who sees which circular and which 班, and the vocabulary of both."""

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, Count, ExpressionWrapper, F, Q, When
from django.db.models.functions import Least
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from community.circulars.enums import CircularState

if TYPE_CHECKING:  # named in the bases below, in quotes
    from community.circulars.models import (  # noqa: F401
        CircularGroup,
        CircularKey,
        CircularRecipient,
        ECircular,
        HouseholdSlot,
    )


class CircularQuerySet(models.QuerySet["ECircular"]):
    def visible_to(self, actor: Actor) -> Self:
        """Its sender from the first word; whom it was sent to, the desk of the ward and everybody once it is put up."""
        return self.filter(rows(actor, "e_circular.read"))

    def for_key(self, key: "CircularKey") -> Self:
        """What a printed key opens: everything that was sent to its 班, also what was recalled or has ended."""
        group = key.group_id or (key.slot.group_id if key.slot else None)
        return self.filter(recipients__group=group).exclude(state=CircularState.DRAFT)

    def put_up(self) -> Self:
        return self.exclude(state=CircularState.DRAFT)

    def current(self, day: dt.date | None = None) -> Self:
        return self.filter(state=CircularState.POSTED, until__gte=day or timezone.localdate())

    def due_to_end(self, day: dt.date | None = None) -> Self:
        """Put up, and its last day has passed."""
        return self.filter(state=CircularState.POSTED, until__lt=day or timezone.localdate())


class GroupQuerySet(models.QuerySet["CircularGroup"]):
    def visible_to(self, actor: Actor) -> Self:
        """The officers of its association; the desk that looks after associations in its ward."""
        return self.filter(rows(actor, "circular_group.read"))

    def active(self) -> Self:
        return self.filter(ended_on__isnull=True)

    def counted(self) -> Any:
        """Adds `households`, and how many of them are on `paper`."""
        there = Q(slots__ended_on__isnull=True)
        return self.annotate(
            households=Count("slots", filter=there),
            on_paper=Count("slots", filter=there & Q(slots__is_paper=True)),
        ).annotate(paper=Case(When(is_paper=True, then=F("households")), default=F("on_paper")))


class SlotQuerySet(models.QuerySet["HouseholdSlot"]):
    def active(self) -> Self:
        return self.filter(ended_on__isnull=True)


class KeyQuerySet(models.QuerySet["CircularKey"]):
    def usable(self) -> Self:
        """Not renewed, and of a household and a 班 that are still there."""
        here = Q(slot__ended_on__isnull=True, slot__group__ended_on__isnull=True, slot__isnull=False)
        return self.filter(ended_at__isnull=True).filter(
            here | Q(group__isnull=False, group__ended_on__isnull=True)
        )


class RecipientQuerySet(models.QuerySet["CircularRecipient"]):
    def of(self, actor: Actor) -> Self:
        """Which 班 of a circular that is seen: an officer's own, all of them for staff."""
        return self.filter(org__office=actor.office_id) if actor.is_partner else self

    def with_counts(self) -> Any:
        """Adds `read`, `on_paper` and `unread` of each 班, which always make up its households."""
        number = models.IntegerField()
        read = Least(Count("readings"), F("households"), output_field=number)
        left = ExpressionWrapper(F("households") - F("read"), output_field=number)
        closed = When(closed_at__isnull=False, then=Least(F("paper"), left, output_field=number))
        unread = ExpressionWrapper(F("households") - F("read") - F("on_paper"), output_field=number)
        return (
            self.annotate(read=read)
            .annotate(on_paper=Case(closed, default=0, output_field=number))
            .annotate(unread=unread)
        )
