"""Runs the cleaner as a process of its own: a parser bug cannot take a web worker with it.

A fresh interpreter and not a fork: forking a threaded server can deadlock, and a forked child would inherit the
database connection and the secrets in memory. The child gets an empty environment, isolated mode, three open files
without names and its own limits; what it says comes back in one of them and is believed only where it fits.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from chiba_ward.casework.files.errors import RejectedUpload, Rejection

CLEANER = Path(__file__).with_name("cleaner.py")
TIMEOUT_SECONDS = 20
# A picture of the largest size takes 400 MB while it is turned: one at a time in each process of the pages.
MAX_CONCURRENT = 1
WAIT_SECONDS = 20
RESULT_BYTES = 1_000

logger = logging.getLogger(__name__)
_slots = threading.BoundedSemaphore(MAX_CONCURRENT)


def run_cleaner(claimed: str, source: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """What the cleaner found out about `source`, and the clean file. Raises RejectedUpload.

    Its three files are unlinked from the beginning: whoever is killed leaves nothing on the disk.
    """
    with _slot(), tempfile.TemporaryFile() as target, tempfile.TemporaryFile() as result:
        source.seek(0)
        returncode = _run(claimed, source, target, result)
        result.seek(0)
        answer = result.read(RESULT_BYTES)
        if returncode != 0 or not answer:
            logger.warning("cleaner of uploads ended with %s", returncode)
            raise RejectedUpload(Rejection.TOO_HEAVY)
        facts = _believed(answer)
        target.seek(0)
        return facts, target.read()


def _run(claimed: str, source: IO[bytes], target: IO[bytes], result: IO[bytes]) -> int:
    try:
        finished = subprocess.run(
            [sys.executable, "-IB", str(CLEANER), claimed, str(result.fileno())],
            cwd="/",
            # Threads of a decoder would each reserve 64 MB of the allowed memory.
            env={"MALLOC_ARENA_MAX": "2", "LC_ALL": "C.UTF-8"},
            stdin=source,
            stdout=target,
            stderr=subprocess.DEVNULL,
            pass_fds=[result.fileno()],
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RejectedUpload(Rejection.TOO_HEAVY) from error
    return finished.returncode


def _believed(answer: bytes) -> dict[str, Any]:
    facts = json.loads(answer)
    if "refused" in facts:
        raise RejectedUpload(Rejection(facts["refused"]))
    return dict(facts)


@contextmanager
def _slot() -> Iterator[None]:
    if not _slots.acquire(timeout=WAIT_SECONDS):
        raise RejectedUpload(Rejection.BUSY)
    try:
        yield
    finally:
        _slots.release()
