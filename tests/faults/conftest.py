"""One whole portal for all tests of this folder, and the figures that they measure.

A command of its own: `FAULTS=short python3 manage.py test tests/faults` takes minutes; `FAULTS=long` runs the same tests
with more of everything and with the waiting times of production.
"""

import os
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.house import House
from tests.faults.mail import FaultyMailServer
from tests.faults.people import Ledger

IS_LONG = os.environ.get("FAULTS") == "long"
FIGURES = pytest.StashKey[list[str]]()
Figure = Callable[[str, object], None]


def many(short: int, long: int) -> int:
    """How many of something this run does."""
    return long if IS_LONG else short


def within(short: float, long: float) -> float:
    """How many seconds this run may take over something."""
    return long if IS_LONG else short


def spread(seconds: list[float]) -> str:
    """p50 and p95 in milliseconds."""
    p95 = statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]
    return f"p50 {statistics.median(seconds) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, n={len(seconds)}"


@pytest.fixture(scope="package")
def mail_server() -> Iterator[FaultyMailServer]:
    server = FaultyMailServer()
    server.controller.start()
    yield server
    server.controller.stop()


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory, mail_server: FaultyMailServer) -> Iterator[House]:
    house = House(Path(tmp_path_factory.mktemp("house")), mail_server.port)
    try:
        house.open()
        yield house
    finally:
        house.close()


@pytest.fixture(autouse=True)
def _whole_house(house: House, mail_server: FaultyMailServer) -> Iterator[None]:
    """Each test begins and ends with everything running and nothing half-written."""
    mail_server.mode = "accept"
    yield
    mail_server.mode = "accept"
    for name in sorted(house.stopped - {"beat2"}):
        house.start(name)
    assert house.books.half_written() == {}


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Figure:
    """`figure("filings, broker away", text)` stands in the summary at the end."""
    lines = request.config.stash.setdefault(FIGURES, [])
    return lambda name, value: lines.append(f"{request.node.name}: {name}: {value}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    lines = config.stash.get(FIGURES, [])
    if lines:
        terminalreporter.section("figures of the fault tests")
        for line in lines:
            terminalreporter.line(line)
