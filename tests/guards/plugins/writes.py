"""GET changes nothing (DESIGN §2 rule 4): a write during a safe request is a fault.

Watched below every connection, so that a view cannot slip past on one of its own.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import pytest
from django.db.backends.utils import CursorWrapper

from tests.guards.plugins.faults import note

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
WRITE = re.compile(
    r"(?:^|[;(])\s*(INSERT\s+INTO|UPDATE|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE(?:\s+TABLE)?)\s+(?:ONLY\s+)?\"?(\w+)",
    re.IGNORECASE,
)
ALLOWED = {
    "django_session": "the moment a session was last seen, and messages that have been shown",
    "access_throttle": "a guessed number is counted however it was tried",
    "portal_cache": "a figure that can be thrown away",
    "access_readlogentry": "the read log is written by reading",
    "api_tokenuse": "the day on which a token was last used, once a day",
    "usersessions_usersession": "allauth's list of one's own sessions",
}
# By the protocol, and nowhere else.
ALLOWED_AT = {
    "/account/oidc/city/login/callback/": {
        "account_emailaddress": "a provider answers by a GET, and vouches for the address of whom it names",
        "access_user": "the moment of the last sign-in",
    },
    "/account/2fa/recovery-codes/": {
        "mfa_authenticator": "allauth notes that new codes were shown: they are shown once",
    },
}

_safe_request: ContextVar[str] = ContextVar("safe_request", default="")


@contextmanager
def watched(method: str, path: str) -> Iterator[None]:
    """Inside, a write into any other table is noted."""
    token = _safe_request.set(f"{method} {path}" if method in SAFE else "")
    try:
        yield
    finally:
        _safe_request.reset(token)


def tables_written(sql: str) -> set[str]:
    return {table for _, table in WRITE.findall(sql)}


@pytest.fixture(scope="session", autouse=True)
def _safe_requests_write_nothing() -> Iterator[None]:
    original: Callable[..., Any] = CursorWrapper._execute_with_wrappers

    def execute(cursor: CursorWrapper, sql: Any, params: Any, many: bool, executor: Any) -> Any:
        request = _safe_request.get()
        allowed = {*ALLOWED, *ALLOWED_AT.get(request.partition(" ")[2], ())}
        forbidden = tables_written(str(sql)) - allowed if request else set()
        if forbidden:
            raise note(f"{request} writes into {', '.join(sorted(forbidden))}: {str(sql)[:200]}")
        return original(cursor, sql, params, many, executor)

    CursorWrapper._execute_with_wrappers = execute
    yield
    CursorWrapper._execute_with_wrappers = original
