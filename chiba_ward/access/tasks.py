"""Nightly tidying of sign-in traces, and what looks after the read log. Safe to repeat, safe to miss."""

import datetime as dt
from importlib import import_module

from celery import shared_task
from django.conf import settings
from django.utils import timezone

KEPT = dt.timedelta(days=2)
WORKED_SECONDS = 40.0  # well within the time limit of a task


@shared_task
def purge_sessions() -> None:
    """Drop ended sessions, their entries in the list of sessions, and counters of tries that are long over."""
    from allauth.usersessions.models import UserSession
    from django.contrib.sessions.models import Session

    from chiba_ward.access.models import Throttle

    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    Throttle.objects.filter(window_started_at__lt=timezone.now() - KEPT).delete()


@shared_task
def carry_on_verifications() -> None:
    """Checks of the read log that are owed, a part at a time; the row remembers how far they are."""
    from chiba_ward.access.readlog import verification

    verification.carry_on(seconds=WORKED_SECONDS)


@shared_task
def close_read_log_day() -> None:
    """Once a day: what was written since the last sound check is checked, on Sundays all of it; the head goes out."""
    from chiba_ward.access.readlog import heads, verification

    if heads.exported_today():
        return
    is_sunday = timezone.localdate().isoweekday() == 7
    last = None if is_sunday else verification.newest_sound()
    verification.begin(from_seq=last.to_seq + 1 if last else 1)
    heads.export()
