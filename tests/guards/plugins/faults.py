"""What the guards have seen during one test. A fault fails the test even where the portal swallowed the exception."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress

import pytest

_seen: list[str] = []


class Fault(AssertionError):
    """A rule of the house was broken while the test ran."""


def note(text: str) -> Fault:
    """Remember the fault; the caller raises it where a traceback helps."""
    _seen.append(text)
    return Fault(text)


@contextmanager
def expected(part: str) -> Iterator[None]:
    """For the guards' own tests: the block must break the rule whose words hold `part`."""
    before = len(_seen)
    with suppress(Fault):
        yield
    found = _seen[before:]
    del _seen[before:]
    assert any(part in text for text in found), f"no fault with {part!r}, only {found}"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    _seen.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    yield
    if _seen:
        raise Fault("\n\n".join(dict.fromkeys(_seen)))
