"""What the launcher says: Japanese first, English beside it, seconds behind every step."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


class Refusal(Exception):
    """The launcher cannot go on; the text says why and what to do, in Japanese and English."""

    def __init__(self, japanese: str, english: str) -> None:
        super().__init__(f"{japanese}\n{english}")


class Talk:
    """Writes progress to one stream; commands whose output is data keep theirs clean of it."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self._open_line = False
        reconfigure = getattr(self.stream, "reconfigure", None)
        if reconfigure:  # a terminal without Japanese must not end the start with an encoding error
            reconfigure(errors="backslashreplace")

    def say(self, text: str = "") -> None:
        self._write(("\n" if self._open_line else "") + text + "\n")
        self._open_line = False

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """Announce a step and, when it succeeded, write the seconds it took."""
        started = time.monotonic()
        self._write(f"  {text} … ")
        self._open_line = True
        try:
            yield
        except BaseException:
            self._close("中断 / stopped")
            raise
        self._close(f"{time.monotonic() - started:.1f}秒")

    def _close(self, ending: str) -> None:
        self._write(f"{ending}\n" if self._open_line else f"    … {ending}\n")
        self._open_line = False

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()
