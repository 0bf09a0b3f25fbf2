"""Vocabulary of 緊急の開示."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows

if TYPE_CHECKING:  # named in quotes below
    from chiba_ward.compartments.models import BreakGlass  # noqa: F401


class BreakGlassQuerySet(models.QuerySet["BreakGlass"]):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever reviews: the head of the people who asked, and the auditors. Never one's own."""
        return self.filter(rows(actor, "break_glass.review"))

    def in_force(self, now: dt.datetime | None = None) -> Self:
        """What is open at this moment: time alone ends it."""
        now = now or timezone.now()
        return self.filter(matter_pk__isnull=False, asked_at__lte=now, ends_at__gt=now)

    def to_review(self) -> Self:
        return self.filter(reviewed_at__isnull=True)
