"""Nightly tidying of sign-in traces. Safe to repeat, safe to miss."""

import datetime as dt
from importlib import import_module

from celery import shared_task
from django.conf import settings
from django.utils import timezone

KEPT = dt.timedelta(days=2)


@shared_task
def purge_sessions() -> None:
    """Drop ended sessions, their entries in the list of sessions, and counters of tries that are long over."""
    from allauth.usersessions.models import UserSession
    from django.contrib.sessions.models import Session

    from chiba_ward.access.models import Throttle

    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    Throttle.objects.filter(window_started_at__lt=timezone.now() - KEPT).delete()
