"""Bounds that tell a hang from a busy machine. How fast something is stands in the benchmarks, never in a test."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 60.0
"""Seconds that nothing takes even on a machine with other work, and that a hang would pass."""


@contextmanager
def ends() -> Iterator[None]:
    """What happens inside does not hang."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < PATIENCE


@contextmanager
def costs_little(seconds: float) -> Iterator[None]:
    """Of the processor, which does not depend on who else is at work."""
    began = time.process_time()
    yield
    assert time.process_time() - began < seconds
