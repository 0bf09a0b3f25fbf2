"""A session key that opens exactly one case, idle 15 minutes, at most an hour (ASSURANCE §2, SE2, AN4)."""

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from chiba_ward.access.actor import CASE_KEY, REFERRAL_KEY
from chiba_ward.access.sessions import rotate_key


def grant(session: SessionBase, name: str, object_id: int, *, sealed: bool = False) -> None:
    """Give the holder of this session one object. Rotates the session id, drops any earlier object.

    Whoever opens a つなぎ stops being the resident of a case that was open before, and the other way round. `sealed`:
    it lies in a compartment, which each request of this session must open for this one matter.
    """
    now = timezone.now().timestamp()
    rotate_key(session)
    for other in (CASE_KEY, REFERRAL_KEY):
        session.pop(other, None)
    session[name] = {"id": object_id, "since": now, "seen": now, **({"sealed": True} if sealed else {})}


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


def is_sealed(session: SessionBase, name: str) -> bool:
    """Whether the key was proved for a matter in a compartment. One enclosed since must be proved anew."""
    return bool(session.get(name, {}).get("sealed"))


def revoke(session: SessionBase, name: str) -> None:
    session.pop(name, None)
