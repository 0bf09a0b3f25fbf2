"""合言葉 of a matter filed without an account: sixteen digits that can be dictated, kept only as a hash (ASSURANCE §2).

The receipt number finds the matter, so the hash has a salt of its own; the pepper lies outside the database, so that
a stolen table cannot be tried out. 53 bits and a memory-hard hash: at 100 tries a day the chance in a year is 4·10⁻¹².
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher, Type
from argon2.exceptions import VerifyMismatchError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DIGITS = 16
GROUP = 4
MAX_CONCURRENT = 2
WAIT_SECONDS = 5.0
HASH_BYTES = 32
SALT_BYTES = 16

_SEPARATORS = re.compile(
    r"[\s\u200b\u2060\ufeff\-\u00ad\u2010-\u2015\u2212\u2043\u207b\u30fc\uff70・._,:;/、。]+"
)
# One hash takes 64 MiB. The slots belong to the process: a worker process never holds more than two at once.
_slots = threading.BoundedSemaphore(MAX_CONCURRENT)


class PassphraseFormatError(ValueError):
    """The typed text is not sixteen digits; `message` tells the person what to do."""

    def __init__(self) -> None:
        self.message: str | Promise = _(
            "合言葉は、4桁ずつ4組、あわせて16桁の数字です。控えを見て、入れ直してください。"
        )
        super().__init__(self.message)


class PassphraseBusyError(Exception):
    """Too many passphrases are being checked; nothing was tried. `message` tells the person what to do."""

    def __init__(self) -> None:
        self.message: str | Promise = _(
            "ただいま混み合っています。1分ほど待ってから、もう一度お試しください。"
        )
        super().__init__(self.message)


def new_passphrase() -> str:
    """Sixteen random digits (53 bits, CSPRNG) in four groups: `0482 9917 3350 6628`."""
    return grouped(f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}")


def parse_passphrase(text: str) -> str:
    """The sixteen digits of what somebody typed: full width, any dash, spaces. Raises PassphraseFormatError."""
    digits = _squeezed(text[:200])
    if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", digits):
        raise PassphraseFormatError
    return digits


def grouped(digits: str) -> str:
    """The digits as they are shown and printed: four groups of four."""
    return " ".join(digits[start : start + GROUP] for start in range(0, DIGITS, GROUP))


def contains_passphrase(text: str, passphrase: str) -> bool:
    """Whether a message gives the passphrase away, however it is spaced, hyphenated or widened.

    Such a message is refused: staff would read what only the resident may know.
    """
    return parse_passphrase(passphrase) in _squeezed(text)


def passphrase_candidates(text: str) -> list[str]:
    """Every run of sixteen digits in a message, for the check against a hash when the digits are not at hand."""
    runs = re.findall(rf"[0-9]{{{DIGITS},}}", _squeezed(text))
    windows = (run[start : start + DIGITS] for run in runs for start in range(len(run) - DIGITS + 1))
    return list(dict.fromkeys(windows))


class PassphraseHasher:
    """Hashes and checks passphrases with argon2id over HMAC-SHA256 with the pepper.

    `memory_cost` is in KiB. The default, 64 MiB with three passes and four lanes, took 160 ms where it was measured.
    """

    def __init__(
        self,
        pepper: bytes,
        *,
        time_cost: int = 3,
        memory_cost: int = 64 * 1024,
        parallelism: int = 4,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        if len(pepper) < 16:
            raise ValueError("the pepper needs at least 16 bytes")
        self._pepper = pepper
        self._wait_seconds = wait_seconds
        self._argon2 = PasswordHasher(
            time_cost, memory_cost, parallelism, hash_len=HASH_BYTES, salt_len=SALT_BYTES, type=Type.ID
        )
        # No phrase hashes to it: both parts are random. Its parameters make the work equal to that of a real one.
        self._nobody = (
            f"$argon2id$v=19$m={memory_cost},t={time_cost},p={parallelism}"
            f"${_base64(secrets.token_bytes(SALT_BYTES))}${_base64(secrets.token_bytes(HASH_BYTES))}"
        )

    @classmethod
    def from_settings(cls) -> PassphraseHasher:
        """The hasher of this installation: settings PORTAL_PEPPER (hex) and, optionally, PASSPHRASE_COST."""
        from django.conf import settings

        return cls(bytes.fromhex(settings.PORTAL_PEPPER), **getattr(settings, "PASSPHRASE_COST", {}))

    def hash(self, passphrase: str) -> str:
        """The text to store, with a salt of its own. Raises PassphraseFormatError and PassphraseBusyError."""
        digits = parse_passphrase(passphrase)
        with self._slot():
            return self._argon2.hash(self._peppered(digits))

    def verify(self, stored: str | None, passphrase: str) -> bool:
        """Whether the passphrase opens the matter; None stands for an unknown number and costs the same work.

        Raises PassphraseBusyError.
        """
        with self._slot():
            try:
                self._argon2.verify(stored or self._nobody, self._peppered(_squeezed(passphrase[:200])))
            except VerifyMismatchError:
                return False
        return stored is not None

    def found_in(self, text: str, stored: str, tries: int = 3) -> bool:
        """Whether a message contains the passphrase of this hash; looks at the first few runs of sixteen digits.

        Raises PassphraseBusyError.
        """
        return any(self.verify(stored, candidate) for candidate in passphrase_candidates(text)[:tries])

    def needs_rehash(self, stored: str) -> bool:
        """Whether the hash was made with other costs than today's."""
        return self._argon2.check_needs_rehash(stored)

    def _peppered(self, digits: str) -> bytes:
        return hmac.new(self._pepper, digits.encode(), hashlib.sha256).digest()

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not _slots.acquire(timeout=self._wait_seconds):
            raise PassphraseBusyError
        try:
            yield
        finally:
            _slots.release()


def _squeezed(text: str) -> str:
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")
