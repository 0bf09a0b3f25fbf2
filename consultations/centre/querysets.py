"""Who sees which entry, plan and transfer: the one rule that pages, counts, lists and papers ask."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.compartments import services as compartments
from consultations.centre.enums import EntryState, TransferState

if TYPE_CHECKING:  # named in the bases below, in quotes
    from consultations.centre.models import CaseTransfer, ChildSupportPlan, ProgressEntry  # noqa: F401

LIES_IN = "consultation__compartment"
SOON = dt.timedelta(days=30)
"""What 「1か月以内」 in the list means."""


class EntryQuerySet(models.QuerySet["ProgressEntry"]):
    def visible_to(self, actor: Actor) -> Self:
        """The section that keeps the ledger of its ward; of a sealed matter its seats alone."""
        return self.filter(rows(actor, "progress_entry.read"), compartments.reachable(actor, LIES_IN))

    def open(self) -> Self:
        return self.filter(state=EntryState.OPEN)

    def ended(self) -> Self:
        return self.filter(state=EntryState.ENDED)

    def overdue(self, day: dt.date | None = None) -> Self:
        return self.open().filter(next_on__lt=day or timezone.localdate())

    def due_soon(self, day: dt.date | None = None) -> Self:
        """Not yet late, within a month."""
        day = day or timezone.localdate()
        return self.open().filter(next_on__gte=day, next_on__lte=day + SOON)

    def counted(self) -> Self:
        return self.filter(consultation__matter__is_drill=False)


class ChildPlanQuerySet(models.QuerySet["ChildSupportPlan"]):
    def visible_to(self, actor: Actor) -> Self:
        """With the entry in which it stands."""
        seen = compartments.reachable(actor, f"entry__{LIES_IN}")
        return self.filter(rows(actor, "child_plan.read"), seen)


class TransferQuerySet(models.QuerySet["CaseTransfer"]):
    def visible_to(self, actor: Actor) -> Self:
        """The section that has the case; the section that was asked, as long as it has not answered."""
        return self.filter(rows(actor, "case_transfer.read"), compartments.reachable(actor, LIES_IN))

    def asked(self) -> Self:
        return self.filter(state=TransferState.ASKED)

    def offered_to(self, actor: Actor) -> Self:
        """What waits for an answer of this actor's section."""
        return self.asked().filter(
            rows(actor, "case_transfer.answer"), compartments.reachable(actor, LIES_IN)
        )
