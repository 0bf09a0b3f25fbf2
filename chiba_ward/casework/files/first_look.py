"""The original before any parser of ours touches it: what the scanner knows is refused at once, and told.

A courtesy and no verdict: the original is gone a second later, and what people open is the rebuilt file, which waits
for its own verdict (`casework.scans`). So a scanner that is away or slow delays nobody here (docs/adr/0016).
"""

from __future__ import annotations

import logging
from typing import IO

from chiba_ward.casework.files import scanner
from chiba_ward.casework.files.errors import RejectedUpload, Rejection
from chiba_ward.casework.files.scanner import NoVerdict, Trouble
from chiba_ward.outbox.publishing import Breaker

SECONDS = 5.0
logger = logging.getLogger(__name__)
breaker = Breaker()


def refuse_infected(source: IO[bytes]) -> None:
    """Raises RejectedUpload for what the scanner recognises; within five seconds, and once in 30 s when it is away."""
    clamd = scanner.from_settings()
    if clamd is None or breaker.resting:
        return
    source.seek(0)
    try:
        verdict = clamd.scan(source, SECONDS)
    except NoVerdict as unknown:
        if unknown.trouble in (Trouble.AWAY, Trouble.SLOW):
            breaker.trip()
        logger.warning("an original was not scanned: %s", unknown.trouble)
        return
    if verdict.infected:
        logger.warning("an upload was infected: %s", verdict.signature)
        raise RejectedUpload(Rejection.INFECTED)
