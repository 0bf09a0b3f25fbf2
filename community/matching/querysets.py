"""Who sees which 困りごと, できること and 仲介: the one rule that pages, counts, lists and papers ask."""

import datetime as dt
from typing import Any, Self

from django.db import models
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from community.matching.enums import LIVE, ListingState, MatchState


class ListingQuerySet(models.QuerySet[Any]):
    """Of a table of entries; the policy has an object of the name of each."""

    def visible_to(self, actor: Actor) -> Self:
        """Its own organisation; the section of its ward once it was filed; every such section once it was checked."""
        return self.filter(rows(actor, f"{self.model._meta.model_name}.read"))

    def waiting(self) -> Self:
        return self.filter(state=ListingState.SUBMITTED)

    def open(self, day: dt.date | None = None) -> Self:
        """Looking for somebody, and the last day has not passed."""
        return self.filter(state=ListingState.OPEN, expires_on__gte=day or timezone.localdate())

    def over(self, day: dt.date | None = None) -> Self:
        """Still open although the last day has passed."""
        return self.filter(state=ListingState.OPEN, expires_on__lt=day or timezone.localdate())


class MatchQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """The sections of both sides, and the officers of both."""
        return self.filter(rows(actor, "match.read"))

    def live(self) -> Self:
        return self.filter(state__in=LIVE)

    def late(self, days: int, now: dt.datetime | None = None) -> Self:
        """Somebody has been asked for longer than the rule says, and has not answered."""
        limit = (now or timezone.now()) - dt.timedelta(days=days)
        return self.filter(state=MatchState.ASKED, asked_at__lt=limit)

    def to_follow_up(self, day: dt.date | None = None) -> Self:
        """The day on which somebody asks whether it goes on has come."""
        return self.filter(state=MatchState.SUCCEEDED, follow_up_on__lte=day or timezone.localdate())
