"""Vocabulary of the outbox."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

if TYPE_CHECKING:
    from chiba_ward.outbox.models import OutboxEntry  # noqa: F401  (named in the class below, in quotes)


class OutboxQuerySet(models.QuerySet["OutboxEntry"]):
    def pending(self) -> Self:
        """Owed still: neither done, nor given up, nor called off."""
        return self.filter(done_at__isnull=True, dead_at__isnull=True, cancelled_at__isnull=True)

    def due(self, now: dt.datetime | None = None) -> Self:
        """Pending, its time has come, and no worker is outside with it."""
        now = now or timezone.now()
        free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
        return self.pending().filter(free, available_at__lte=now)

    def forgotten(self, now: dt.datetime, *, grace: dt.timedelta, again: dt.timedelta) -> Self:
        """Due, older than `grace`, and not published since it became due or since `again` ago."""
        silent = Q(swept_at__isnull=True) | Q(swept_at__lt=F("available_at")) | Q(swept_at__lt=now - again)
        return self.due(now).filter(silent, created_at__lte=now - grace)

    def dead(self) -> Self:
        return self.filter(dead_at__isnull=False)
