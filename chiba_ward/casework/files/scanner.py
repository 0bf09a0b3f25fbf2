"""What ClamAV says of a stream of bytes: its daemon's own protocol over TCP or a Unix socket (ASSURANCE FI6).

A file passes by one answer only: `stream: OK` to all of its bytes. Whatever else happens, from a refused connection
to an answer that nobody understands, is `NoVerdict`: never a pass, and never an alarm either.
"""

from __future__ import annotations

import re
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

OPT_OUT = "none"
CHUNK = 64 * 1024
ANSWER_BYTES = 1_000
SCAN_SECONDS = 30.0
PING_SECONDS = 3.0
CONNECT_SECONDS = 2.0
DEFAULT_PORT = 3310
# What clamd reports (with AlertExceedsMax) when it stopped looking: neither clean nor infected.
STOPPED_LOOKING = "Heuristics.Limits.Exceeded"

_OK = re.compile(r"stream: OK")
_FOUND = re.compile(r"stream: (.{1,200}) FOUND")
_TOO_LARGE = re.compile(r"INSTREAM size limit exceeded\. ERROR")
_UNSAFE = re.compile(r"[^A-Za-z0-9._+\-/]")

# EICAR's test string, in halves, so that no scanner takes this file for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD" + b"-ANTIVIRUS-TEST-FILE!$H+H*"


class Trouble(StrEnum):
    """Why there is no verdict; safe to log."""

    AWAY = "away"
    SLOW = "slow"
    TOO_LARGE = "too_large"
    STOPPED_LOOKING = "stopped_looking"
    NONSENSE = "nonsense"


class NoVerdict(Exception):
    """The scanner said neither clean nor infected."""

    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble
        super().__init__(trouble.value)


@dataclass(frozen=True)
class Verdict:
    """`signature` is the scanner's name for what it found; empty for a clean file."""

    infected: bool
    signature: str = ""


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


Address = tuple[str, int] | str


def address_of(url: str) -> Address:
    """Host and port of `tcp://127.0.0.1:3310`, or the path of `unix:/run/clamav/clamd.ctl`. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme == "unix" and parts.path.startswith("/"):
        return parts.path
    if parts.scheme == "tcp" and parts.hostname and parts.path in ("", "/"):
        return parts.hostname, parts.port or DEFAULT_PORT
    raise ValueError("PORTAL_CLAMD is neither tcp://host:port nor unix:/path")


def from_settings() -> Clamd | None:
    """The city's scanner; None when none is configured."""
    url: str = settings.PORTAL_CLAMD
    return None if url in ("", OPT_OUT) else Clamd(address_of(url))


class Clamd:
    """One scanner. Each question is a connection of its own: nothing of an earlier answer is left in it."""

    def __init__(self, address: Address) -> None:
        self._address = address

    def ping(self, seconds: float = PING_SECONDS) -> None:
        """Return if it is there and answers. Raises NoVerdict."""
        if self._ask(b"zPING\0", seconds) != "PONG":
            raise NoVerdict(Trouble.NONSENSE)

    def version(self, seconds: float = PING_SECONDS) -> str:
        """Program and signatures, such as `ClamAV 1.4.6/27500/Mon Nov 23 10:00:00 2026`. Raises NoVerdict."""
        return self._ask(b"zVERSION\0", seconds)

    def scan(self, stream: Readable, seconds: float = SCAN_SECONDS) -> Verdict:
        """Send all bytes and read the one answer, within `seconds` in all. Raises NoVerdict."""
        with self._connected(seconds) as line:
            is_complete = self._send(line, stream)
            return _verdict(line.answer(), is_complete=is_complete)

    def _ask(self, question: bytes, seconds: float) -> str:
        with self._connected(seconds) as line:
            line.send(question)
            return line.answer()

    @staticmethod
    def _send(line: _Line, stream: Readable) -> bool:
        """False when clamd stopped listening: it does so over its StreamMaxLength, and may say so."""
        try:
            line.send(b"zINSTREAM\0")
            while chunk := stream.read(CHUNK):
                line.send(struct.pack(">I", len(chunk)) + chunk)
            line.send(struct.pack(">I", 0))
        except (BrokenPipeError, ConnectionResetError):
            return False
        return True

    @contextmanager
    def _connected(self, seconds: float) -> Iterator[_Line]:
        line: _Line | None = None
        try:
            line = _Line(self._address, time.monotonic() + seconds)
            yield line
        except TimeoutError as error:
            raise NoVerdict(Trouble.SLOW) from error
        except OSError as error:
            raise NoVerdict(Trouble.AWAY) from error
        finally:
            if line is not None:
                line.close()


class _Line:
    """A connection with one deadline for everything that happens on it. Raises TimeoutError and OSError."""

    def __init__(self, address: Address, deadline: float) -> None:
        self._deadline = deadline
        self._socket = _connected_by_path(address) if isinstance(address, str) else _connected_by_tcp(address)

    def send(self, data: bytes) -> None:
        self._limit()
        self._socket.sendall(data)

    def answer(self) -> str:
        """What came until the NUL that ends an answer. One that was cut off, or never ends, is nonsense."""
        said = b""
        while not said.endswith(b"\0"):
            self._limit()
            part = self._socket.recv(ANSWER_BYTES)
            said += part
            if len(said) > ANSWER_BYTES or (said and not part):
                raise NoVerdict(Trouble.NONSENSE)
            if not part:
                raise NoVerdict(Trouble.AWAY)
        return said[:-1].decode("utf-8", "replace")

    def close(self) -> None:
        self._socket.close()

    def _limit(self) -> None:
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        self._socket.settimeout(remaining)


def _connected_by_tcp(address: tuple[str, int]) -> socket.socket:
    return socket.create_connection(address, timeout=CONNECT_SECONDS)


def _connected_by_path(path: str) -> socket.socket:
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(CONNECT_SECONDS)
        line.connect(path)
    except OSError:
        line.close()
        raise
    return line


def _verdict(answer: str, *, is_complete: bool) -> Verdict:
    if _TOO_LARGE.fullmatch(answer):
        raise NoVerdict(Trouble.TOO_LARGE)
    if is_complete and _OK.fullmatch(answer):
        return Verdict(infected=False)
    found = _FOUND.fullmatch(answer)
    if found and found[1].startswith(STOPPED_LOOKING):
        raise NoVerdict(Trouble.STOPPED_LOOKING)
    if found:
        return Verdict(infected=True, signature=_UNSAFE.sub("?", found[1])[:80])
    raise NoVerdict(Trouble.NONSENSE)
