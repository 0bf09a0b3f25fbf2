"""Who sees which assignment, entry, promise and 引継書, and the vocabulary of days that pages, work and figures share."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Least
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from community.area_officers.enums import VISITS, AssignmentState, HandOverState, PromiseState

if TYPE_CHECKING:  # named in the bases below, in quotes
    from community.area_officers.models import (  # noqa: F401
        AreaAssignment,
        AreaPromise,
        AreaVisit,
        HandOver,
    )

WHOLE = ("area__ward", "officer__person", "officer__post__office")


def _open_on(name: str, day: dt.date) -> Q:
    return Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gt": day})


class AssignmentQuerySet(models.QuerySet["AreaAssignment"]):
    def visible_to(self, actor: Actor) -> Self:
        """The section of the ward and its 総務課; the coordination of all wards."""
        return self.filter(rows(actor, "area_assignment.read"))

    def in_force(self, day: dt.date | None = None) -> Self:
        """With an officer on that day: begun, and neither it nor the 発令 is over."""
        day = day or timezone.localdate()
        return self.filter(_open_on("until", day), _open_on("officer__ends_on", day), starts_on__lte=day)

    def not_over(self, day: dt.date | None = None) -> Self:
        """In force, or still to begin."""
        day = day or timezone.localdate()
        return self.filter(_open_on("until", day), _open_on("officer__ends_on", day))

    def awaiting(self, day: dt.date | None = None) -> Self:
        """引継ぎ待ち: over by that day, and without a 引継書."""
        day = day or timezone.localdate()
        over = Q(until__lte=day) | Q(officer__ends_on__lte=day)
        return self.filter(over).exclude(state=AssignmentState.ENDED)

    def owing_paper(self) -> Self:
        """Whose end is known, on whatever day, and whose 引継書 is not there."""
        known = Q(until__isnull=False) | Q(officer__ends_on__isnull=False)
        return self.filter(known).exclude(state=AssignmentState.ENDED)

    def over_between(self, first: dt.date, last: dt.date) -> Self:
        """Whose last day, the earlier of the two ends, lies in that span."""
        return self.annotate(over=Least("until", "officer__ends_on")).filter(over__range=(first, last))

    def whole(self) -> Self:
        """With what a line about it names."""
        return self.select_related(*WHOLE)


class VisitQuerySet(models.QuerySet["AreaVisit"]):
    def visible_to(self, actor: Actor) -> Self:
        """The section of the ward; nobody of another one."""
        return self.filter(rows(actor, "area_visit.read"))

    def in_person(self) -> Self:
        """What counts as a visit."""
        return self.filter(occasion__in=VISITS)

    def whole(self) -> Self:
        return self.select_related(
            "assignment__area__ward", "assignment__officer__person", "entered_by__person"
        )


class PromiseQuerySet(models.QuerySet["AreaPromise"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(rows(actor, "area_promise.read"))

    def owed(self) -> Self:
        return self.filter(state=PromiseState.OPEN)

    def overdue(self, day: dt.date | None = None) -> Self:
        return self.owed().filter(due_on__lt=day or timezone.localdate())

    def whole(self) -> Self:
        return self.select_related("area__ward", "org__office", "made_by__person")


class HandOverQuerySet(models.QuerySet["HandOver"]):
    def visible_to(self, actor: Actor) -> Self:
        """The section of the ward once it was handed in; before that whoever writes it."""
        return self.filter(rows(actor, "area_hand_over.read"))

    def to_receive(self) -> Self:
        return self.filter(state=HandOverState.SUBMITTED)

    def whole(self) -> Self:
        names = [f"assignment__{name}" for name in WHOLE]
        return self.select_related(*names, "entered_by__person", "received_by__person")
