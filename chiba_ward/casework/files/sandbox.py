"""Runs the cleaner as a separate program, so that a bomb or a parser bug cannot take a web worker with it.

A fresh interpreter and not a fork: forking a threaded server can deadlock, and a forked child would inherit the
database connection and the secrets in memory. The child gets an empty environment, isolated mode, one folder and
its own limits; what it says comes back in a small file and is believed only where it fits.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chiba_ward.casework.files.errors import RejectedUpload, Rejection

CLEANER = Path(__file__).with_name("cleaner.py")
TIMEOUT_SECONDS = 20
MAX_CONCURRENT = 2
WAIT_SECONDS = 20
RESULT_BYTES = 1_000

logger = logging.getLogger(__name__)
_slots = threading.BoundedSemaphore(MAX_CONCURRENT)


def run_cleaner(claimed: str, source: Path, target: Path) -> dict[str, Any]:
    """What the cleaner found out about `source`; the clean file lies at `target`. Raises RejectedUpload."""
    result = target.with_suffix(".json")
    command = [sys.executable, "-I", str(CLEANER), claimed, str(source), str(target), str(result)]
    with _slot():
        try:
            finished = subprocess.run(
                command,
                cwd=target.parent,
                # Threads of a decoder would each reserve 64 MB of the allowed memory.
                env={"MALLOC_ARENA_MAX": "2", "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=TIMEOUT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise RejectedUpload(Rejection.TOO_HEAVY) from error
    if finished.returncode != 0 or not result.is_file():
        logger.warning("cleaner of uploads ended with %s", finished.returncode)
        raise RejectedUpload(Rejection.TOO_HEAVY)
    return _believed(result)


def _believed(result: Path) -> dict[str, Any]:
    with result.open("rb") as stream:
        answer = json.loads(stream.read(RESULT_BYTES))
    if "refused" in answer:
        raise RejectedUpload(Rejection(answer["refused"]))
    return dict(answer)


@contextmanager
def _slot() -> Iterator[None]:
    if not _slots.acquire(timeout=WAIT_SECONDS):
        raise RejectedUpload(Rejection.BUSY)
    try:
        yield
    finally:
        _slots.release()
