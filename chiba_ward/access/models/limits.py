"""Limits that must hold while the broker is down."""

from django.db import models
from django.utils import timezone


class Throttle(models.Model):
    """A counter of refused tries that survives the loss of every cache (ASSURANCE AN3)."""

    key = models.CharField(max_length=80, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    blocked_until = models.DateTimeField(null=True, blank=True)
    window_started_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "試行の制限"

    def __str__(self) -> str:
        return self.key
