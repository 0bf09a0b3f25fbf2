"""Where somebody is signed in: to be looked at and ended by the person, or by the system office (ASSURANCE SE4)."""

import structlog
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import SessionBase

from chiba_ward.access.models import User

log = structlog.get_logger(__name__)


def living(user: User) -> list[UserSession]:
    """Sessions that would still let this person in, the newest first."""
    found = UserSession.objects.purge_and_list(user)
    return sorted(found, key=lambda session: session.created_at, reverse=True)


def end_all(user: User, *, but: str | None = None) -> int:
    """End every session of the person but the one with this key; the number of those ended."""
    ending = UserSession.objects.filter(user=user).exclude(session_key=but or "").order_by("id")
    for session in ending:
        session.end()
    if ending:
        log.warning("sessions_ended", of=user.pk, count=len(ending))
    return len(ending)


def rotate_key(session: SessionBase) -> None:
    """A new id for the session; the list of sessions keeps knowing it, so that it can still be ended from there."""
    before = session.session_key
    if before:  # a session that begins here gets a key that nobody has seen anyway
        session.cycle_key()
        UserSession.objects.filter(session_key=before).update(session_key=session.session_key)
