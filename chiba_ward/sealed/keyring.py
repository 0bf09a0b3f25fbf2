"""Keys by name. They come from the environment and never stand in the database they open.

Knows nothing of Django, so that the settings can check a ring before anything else starts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
LEAST_VARIETY = 8
_ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,15}")


class KeyRingError(ValueError):
    """The ring cannot be read. The message is Japanese and never quotes a key."""


@dataclass(frozen=True, repr=False)
class Key:
    """One key. `id` stands in front of everything it sealed."""

    id: str
    secret: bytes

    def __repr__(self) -> str:
        return f"<Key {self.id}>"

    @cached_property
    def cipher(self) -> AESGCM:
        return AESGCM(self.secret)

    @property
    def is_weak(self) -> bool:
        """Typed by hand for a demo or a test, rather than drawn."""
        return len(set(self.secret)) < LEAST_VARIETY


class KeyRing:
    """The first key seals; every one opens what carries its id."""

    def __init__(self, keys: list[Key]) -> None:
        self.current = keys[0]
        self._by_id = {key.id: key for key in keys}

    def __iter__(self) -> Iterator[Key]:
        return iter(self._by_id.values())

    def __contains__(self, key_id: str) -> bool:
        return key_id in self._by_id

    def get(self, key_id: str) -> Key | None:
        return self._by_id.get(key_id)


@lru_cache(maxsize=8)
def parse(text: str) -> KeyRing:
    """`k2:64 hex digits,k1:64 hex digits`, the current key first. Raises KeyRingError."""
    keys = [_key(part.strip()) for part in text.split(",") if part.strip()]
    if not keys:
        raise KeyRingError("鍵がありません。「名前:16進64文字」の形で一つ以上書いてください。")
    if len({key.id for key in keys}) < len(keys):
        raise KeyRingError("同じ名前の鍵が二つあります。")
    if len({key.secret for key in keys}) < len(keys):
        raise KeyRingError("名前の違う二つの鍵が、同じ値です。")
    return KeyRing(keys)


def _key(text: str) -> Key:
    key_id, _, digits = text.partition(":")
    if not _ID.fullmatch(key_id):
        raise KeyRingError("鍵の名前は、英小文字・数字・点・ハイフンで16文字までです。")
    try:
        secret = bytes.fromhex(digits)
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise KeyRingError(f"鍵 {key_id} は、16進{KEY_BYTES * 2}文字にしてください。")
    return Key(key_id, secret)
