"""Secrets of the API: random ones are kept as keyed hashes, derived ones are kept nowhere.

All keys come from the pepper, which lies outside the database: a copy of the tables opens and signs nothing.
"""

import hashlib
import hmac
import json
import secrets
from typing import Any

from django.conf import settings

START = "cwp_"
SECRET_BYTES = 32
SHOWN = 6  # characters of the random part by which a person tells tokens apart


def new_token() -> str:
    """`cwp_` and 256 random bits; the fixed start lets scanners of source code find a leaked one."""
    return START + secrets.token_urlsafe(SECRET_BYTES)


def prefix_of(token: str) -> str:
    return token[: len(START) + SHOWN]


def digest_of(token: str) -> str:
    """What stands in the table. The lookup is by this value, so no comparison can leak by its time."""
    return _mac("api token", token.encode()).hex()


def digest_of_request(method: str, path: str, body: Any) -> str:
    """The same request, however its JSON is spaced or ordered."""
    plain = json.dumps([method, path, body], sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return _mac("api request", plain.encode()).hex()


def webhook_secret(endpoint_id: int, version: int) -> str:
    """The signing key of an endpoint; another version is another key."""
    return "whs_" + _mac("webhook secret", f"{endpoint_id}:{version}".encode()).hex()


def _mac(purpose: str, text: bytes) -> bytes:
    key = bytes.fromhex(settings.PORTAL_PEPPER)
    return hmac.new(key, purpose.encode() + b"\x1f" + text, hashlib.sha256).digest()
