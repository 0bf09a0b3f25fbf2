"""The envelope of one value: AES-256-GCM, bound to the place where it stands.

version (1) · length of the key's id (1) · the id · nonce (12) · ciphertext with its tag (16). Bound in is
`table:column:pk`: an envelope that was copied to another row or column does not open.
Ninety-six random bits of nonce are safe for 2^32 seals under one key (NIST SP 800-38D); the city files some
millions of values a year, and `rotate_seals` changes the key long before.
"""

from __future__ import annotations

import os
from typing import Any, NoReturn

from cryptography.exceptions import InvalidTag
from django.conf import settings

from chiba_ward.sealed import keyring
from chiba_ward.sealed.keyring import KeyRing

VERSION = b"\x01"
NONCE_BYTES = 12
HEAD = len(VERSION) + 1


class SealError(Exception):
    """A sealed value was refused. The message names the place and the reason, never what was sealed."""


class BrokenSealError(SealError):
    """Altered, cut short, copied from elsewhere, or never sealed. There is no fall-back."""


class UnknownKeyError(SealError):
    """Sealed with a key that is not in the ring."""


class StillSealedError(SealError):
    """Somebody prints, compares or encodes a value that nobody has opened: a mistake in the code."""


class Sealed:
    """What a query hands out instead of the words: opaque until it is opened for its own place."""

    __slots__ = ("envelope",)

    def __init__(self, envelope: bytes) -> None:
        self.envelope = envelope

    @property
    def key_id(self) -> str:
        """The key it needs; empty when it is no envelope at all."""
        return key_id_of(self.envelope)

    def open(self, table: str, column: str, pk: object) -> str:
        """The text. Raises BrokenSealError and UnknownKeyError."""
        return open_envelope(self.envelope, place(table, column, pk))

    def _refuse(self, *_: Any) -> NoReturn:
        raise StillSealedError("a sealed value was used before it was opened for its row")

    __str__ = __repr__ = __format__ = _refuse
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __hash__ = __iter__ = __len__ = __contains__ = __getitem__ = _refuse
    __add__ = __radd__ = __bytes__ = __reduce_ex__ = _refuse

    def __bool__(self) -> bool:
        """There is something in it: what is empty is never sealed."""
        return True

    def __copy__(self) -> Sealed:
        return self

    def __deepcopy__(self, _: dict[int, Any]) -> Sealed:
        return self


def ring() -> KeyRing:
    """The keys of this process."""
    return keyring.parse(settings.PORTAL_SEAL_KEYS)


def place(table: str, column: str, pk: object) -> str:
    return f"{table}:{column}:{pk}"


def seal(text: str, at: str) -> bytes:
    """An envelope under the current key for the place `at`."""
    key, nonce = ring().current, os.urandom(NONCE_BYTES)
    return prefix(key.id) + nonce + key.cipher.encrypt(nonce, text.encode(), at.encode())


def open_envelope(envelope: bytes, at: str) -> str:
    """The text that was sealed for `at`. Raises BrokenSealError and UnknownKeyError."""
    key_id = key_id_of(envelope)
    if not key_id:
        raise BrokenSealError(f"{at}: not an envelope")
    key = ring().get(key_id)
    if key is None:
        raise UnknownKeyError(f"{at}: the key {key_id} is not in the ring")
    start = HEAD + len(key_id)
    nonce, sealed = envelope[start : start + NONCE_BYTES], envelope[start + NONCE_BYTES :]
    try:
        return key.cipher.decrypt(nonce, sealed, at.encode()).decode()
    except (InvalidTag, ValueError):
        # The cause would be printed with what it holds; the place says enough.
        raise BrokenSealError(f"{at}: does not open with {key_id}") from None


def prefix(key_id: str) -> bytes:
    """What every envelope of this key begins with."""
    return VERSION + bytes([len(key_id)]) + key_id.encode()


def key_id_of(envelope: bytes) -> str:
    """The id in front; empty when this is no envelope."""
    if len(envelope) < HEAD or envelope[:1] != VERSION:
        return ""
    name = envelope[HEAD : HEAD + envelope[1]]
    return name.decode("ascii", "replace") if len(name) == envelope[1] else ""


def is_current(envelope: bytes) -> bool:
    return envelope.startswith(prefix(ring().current.id))
