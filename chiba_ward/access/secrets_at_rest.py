"""Seals the secrets of second factors: no TOTP key or recovery seed stands in the database in clear (AT8).

AES-256-GCM under a key derived from the pepper, which lives outside the database. The owner's id is bound in:
a sealed secret copied into another person's row does not open.
"""

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import SuspiciousOperation

PREFIX = "k1:"
NONCE_BYTES = 12
_owner: ContextVar[int | None] = ContextVar("owner of the secret", default=None)


@contextmanager
def secrets_of(user_id: int) -> Iterator[None]:
    """Names the owner where no request does: commands, tasks, tests."""
    token = _owner.set(user_id)
    try:
        yield
    finally:
        _owner.reset(token)


def named_owner() -> int | None:
    return _owner.get()


def seal(text: str, owner_id: int) -> str:
    """`text` sealed for one person."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(_key()).encrypt(nonce, text.encode(), _bound_to(owner_id))
    return PREFIX + base64.b64encode(nonce + sealed).decode()


def unseal(sealed: str, owner_id: int) -> str:
    """The text. Raises `SuspiciousOperation` for a foreign, altered or unsealed value: never a fall-back."""
    if not sealed.startswith(PREFIX):
        raise SuspiciousOperation("a secret that is not sealed")
    try:
        raw = base64.b64decode(sealed[len(PREFIX) :], validate=True)
        return AESGCM(_key()).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound_to(owner_id)).decode()
    except (InvalidTag, ValueError) as error:
        raise SuspiciousOperation("a secret that does not open for its owner") from error


def _key() -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"chiba_ward second factor k1")
    return derivation.derive(bytes.fromhex(settings.PORTAL_PEPPER))


def _bound_to(owner_id: int) -> bytes:
    return f"mfa_authenticator:data:{owner_id}".encode()
