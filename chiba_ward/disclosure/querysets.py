"""Vocabulary of restrictions."""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.disclosure.enums import HoldState
from chiba_ward.disclosure.marks import Known, asked_of

SOON = dt.timedelta(days=30)

if TYPE_CHECKING:  # named in quotes below
    from chiba_ward.disclosure.models import DisclosureHold  # noqa: F401


class HoldQuerySet(models.QuerySet["DisclosureHold"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(rows(actor, "hold.read"))

    def in_force(self) -> Self:
        """Whatever has not been cleared by two persons, also after its date."""
        return self.exclude(state=HoldState.CLEARED)

    def to_renew(self, day: dt.date | None = None) -> Self:
        """Their date has passed; they go on holding."""
        return self.in_force().filter(valid_until__lt=day or timezone.localdate())

    def ending_soon(self) -> Self:
        """Whom to ask for a renewal: within a month, or past their date."""
        return self.in_force().filter(valid_until__lte=timezone.localdate() + SOON)

    def of(self, people: Iterable[Known]) -> Self:
        """Those that one of these persons may be meant by."""
        return self.filter(marks__overlap=asked_of(people))
