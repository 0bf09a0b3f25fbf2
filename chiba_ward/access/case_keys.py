"""A session key that opens exactly one case, idle 15 minutes, at most an hour (ASSURANCE §2, SE2, AN4)."""

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone


def grant(session: SessionBase, name: str, object_id: int) -> None:
    """Give the holder of this session one object. Rotates the session id, drops any earlier object."""
    now = timezone.now().timestamp()
    session.cycle_key()
    session[name] = {"id": object_id, "since": now, "seen": now}


def fresh(session: SessionBase, name: str) -> int | None:
    """The object's id while both limits hold; otherwise the key is forgotten."""
    key = session.get(name)
    if not key:
        return None
    idle, absolute = settings.CASE_KEY_LIMITS
    now = timezone.now().timestamp()
    if now - key["seen"] > idle.total_seconds() or now - key["since"] > absolute.total_seconds():
        del session[name]
        return None
    if now - key["seen"] > 60:  # one write a minute is enough to measure idleness
        session[name] = {**key, "seen": now}
    return int(key["id"])


def revoke(session: SessionBase, name: str) -> None:
    session.pop(name, None)
