"""The launcher tested with its real servers, each test in a data folder of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launcher.checkout import Checkout, this_checkout

HELPER = Path(__file__).with_name("hold_servers.py")


@pytest.fixture
def checkout() -> Checkout:
    return this_checkout()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "portal"


@pytest.fixture
def manage(checkout: Checkout, data: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `manage.py` as a person would, on this test's data folder."""

    def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, checkout.root / "manage.py", *arguments],
            env=clean_environ(PORTAL_DATA_DIR=str(data), PORTAL_NO_APT="1", **environ),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def clean_environ(**added: str) -> dict[str, str]:
    """This process's environment without the servers that the suite itself runs on."""
    own = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in own and not name.startswith("PORTAL_")
    }
    return kept | added


class Launcher:
    """A launcher process that holds PostgreSQL and the broker of one folder, as `up` does."""

    def __init__(self, checkout: Checkout, data: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, HELPER, data],
            env=clean_environ(PYTHONPATH=str(checkout.root)),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.ready = self.process.stdout.readline().strip()
        self.children = {int(pid) for pid in self.process.stdout.readline().split()}

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


@pytest.fixture
def launch(checkout: Checkout, data: Path) -> Iterator[Callable[[], Launcher]]:
    launched: list[Launcher] = []

    def start() -> Launcher:
        launched.append(Launcher(checkout, data))
        return launched[-1]

    yield start
    for launcher in launched:
        if launcher.process.poll() is None:
            launcher.kill()
        assert launcher.process.stdout
        launcher.process.stdout.close()
        assert gone(launcher.children)


def gone(pids: set[int], seconds: float = 10.0) -> bool:
    """Whether all processes end within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not any(alive(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
