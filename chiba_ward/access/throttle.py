"""Soft back-off for every secret that can be guessed: in PostgreSQL, never permanent (ASSURANCE §2, AN3, AT3).

A try is counted before the secret is checked, in one atomic statement: a hundred guesses at the same moment
get no more answers than one after another. The count is committed apart from the caller's transaction, so a
view that raises cannot take it back.
"""

import datetime as dt
import hashlib
import hmac
import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest
from django.utils import timezone

FREE_TRIES = 5
BUCKET_FREE_TRIES = 60
EVERYBODY_AN_HOUR = 2_000
LONGEST_WAIT_MINUTES = 15
WINDOW = dt.timedelta(hours=24)
KEY_LENGTH = 80

log = structlog.get_logger(__name__)

COUNT = """
INSERT INTO access_throttle AS t (key, failures, window_started_at, blocked_until)
VALUES (%(key)s, 1, %(now)s, CASE WHEN %(free)s <= 1 THEN %(now)s::timestamptz + interval '1 minute' END)
ON CONFLICT (key) DO UPDATE SET
    failures = CASE
        WHEN t.window_started_at < %(window)s THEN 1
        ELSE t.failures + 1 END,
    window_started_at = CASE
        WHEN t.window_started_at < %(window)s THEN %(now)s
        ELSE t.window_started_at END,
    blocked_until = CASE
        WHEN t.window_started_at < %(window)s OR t.failures + 1 < %(free)s THEN NULL
        ELSE %(now)s::timestamptz
             + interval '1 minute' * least(%(longest)s, power(2, least(t.failures + 1 - %(free)s, 10))) END
WHERE t.blocked_until IS NULL OR t.blocked_until <= %(now)s
RETURNING failures
"""

SPEND = """
INSERT INTO access_throttle AS t (key, failures, window_started_at) VALUES (%(key)s, 1, %(now)s)
ON CONFLICT (key) DO UPDATE SET
    failures = CASE WHEN t.window_started_at <= %(window)s THEN 1 ELSE t.failures + 1 END,
    window_started_at = CASE WHEN t.window_started_at <= %(window)s THEN %(now)s ELSE t.window_started_at END
RETURNING failures, window_started_at
"""

# Locked in one order, so that two people who share two keys never wait for each other.
GIVE_BACK = """
UPDATE access_throttle SET failures = greatest(failures - 1, 0), blocked_until = NULL
WHERE key IN (SELECT key FROM access_throttle WHERE key = ANY(%s) ORDER BY key FOR UPDATE)
"""


class TooManyTries(Exception):
    """The next try must wait until `retry_at`."""

    def __init__(self, retry_at: dt.datetime) -> None:
        super().__init__(retry_at)
        self.retry_at = retry_at

    @property
    def minutes(self) -> int:
        """Whole minutes to wait, at least one."""
        return max(1, -(-int((self.retry_at - timezone.now()).total_seconds()) // 60))


def allowed(key: str, *, free: int = FREE_TRIES) -> None:
    """Count one try of `key`, to be called just before the secret is checked.

    `free` tries in 24 hours pass at once, then each waits 1, 2, 4, 8, at most 15 minutes after the last.
    Raises `TooManyTries`; a refused try is not counted, so that nobody is kept out by another's hammering.
    """
    now = timezone.now()
    values: dict[str, str | int | dt.datetime] = {
        "key": key[:KEY_LENGTH],
        "now": now,
        "free": free,
        "window": now - WINDOW,
        "longest": LONGEST_WAIT_MINUTES,
    }
    with _own_transaction() as connection, connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        if cursor.fetchone():
            return
        cursor.execute("SELECT blocked_until FROM access_throttle WHERE key = %s", [key[:KEY_LENGTH]])
        row = cursor.fetchone()
    raise TooManyTries(row[0] if row and row[0] else now + dt.timedelta(minutes=1))


def spend(key: str, *, most: int, within: dt.timedelta) -> None:
    """Count one use of something that is rationed: `most` in each span of `within`, begun by the first use.

    Raises `TooManyTries` until the span is over. Unlike a guess, a use is no mistake: waits do not grow, and it may be
    taken back with the caller's transaction.
    """
    now = timezone.now()
    values: dict[str, str | dt.datetime] = {"key": key[:KEY_LENGTH], "now": now, "window": now - within}
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(SPEND, values)
        uses, since = cursor.fetchone()
    if uses > most:
        raise TooManyTries(since + within)


def watch(key: str, *, free: int) -> None:
    """Count, and raise the alarm past `free`, without refusing anybody: a flood must not keep the staff out."""
    try:
        allowed(key, free=free)
    except TooManyTries:
        log.error("flood_of_tries", what=key.split(":", 1)[0])


def failed(key: str) -> None:
    """The counted try was wrong: it stays counted; a line without the key is left for the watch on denials."""
    log.warning("secret_refused", what=key.split(":", 1)[0])


def succeeded(key: str) -> None:
    """The secret was right: forget the count."""
    with _own_transaction() as connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM access_throttle WHERE key = %s", [key[:KEY_LENGTH]])


def give_back(*keys: str) -> None:
    """Take back one counted try of each, for keys that many people share: one success must not wipe the rest."""
    with _own_transaction() as connection, connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, [[key[:KEY_LENGTH] for key in keys]])


def digest(*parts: object) -> str:
    """A keyed hash for throttle keys: the table must not tell who tried (ASSURANCE AN5)."""
    text = "\x1f".join(str(part) for part in parts)
    return hmac.new(settings.PORTAL_PEPPER.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]


def client_bucket(address: str) -> str:
    """The client's network (/24, IPv6 /64) under a key of the day; the address itself is kept nowhere."""
    return digest("network", timezone.localdate(), network_of(address))


def bucket_of(request: HttpRequest) -> str:
    """`client_bucket` of a request, behind as many proxies as the settings trust."""
    from allauth.core.internal.httpkit import get_client_ip

    return client_bucket(get_client_ip(request) or "")


def network_of(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    prefix = 24 if parsed.version == 4 else 64
    return str(ipaddress.ip_network(f"{parsed}/{prefix}", strict=False))


@contextmanager
def _own_transaction() -> Iterator[BaseDatabaseWrapper]:
    """A connection whose statements commit at once, whatever the caller's transaction does later."""
    shared = connections[DEFAULT_DB_ALIAS]
    if not shared.in_atomic_block:
        yield shared
        return
    apart = shared.copy()
    try:
        yield apart
    finally:
        apart.close()
