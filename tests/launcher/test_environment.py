"""The locked environment: when it counts as current, and that its locks can be trusted."""

from __future__ import annotations

import io
import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from launcher import environment
from launcher.checkout import Checkout
from launcher.environment import DEV_LOCK, INSTALLER_LOCK, MARKER, RUN_LOCK, ensure_environment, wanted_marker
from launcher.talk import Talk

LOCKS = {RUN_LOCK: "requirements.in", DEV_LOCK: "requirements-dev.in", INSTALLER_LOCK: "requirements-uv.in"}


SILENT = Talk(io.StringIO())


@pytest.fixture
def copy(checkout: Checkout, tmp_path: Path) -> Checkout:
    """A checkout with the real locks and an environment that is marked as current."""
    for lock in LOCKS:
        shutil.copy(checkout.root / lock, tmp_path)
    made = Checkout(tmp_path)
    made.python.parent.mkdir(parents=True)
    made.python.symlink_to(sys.executable)
    mark(made, RUN_LOCK)
    return made


def mark(checkout: Checkout, lock: str) -> None:
    (checkout.venv / MARKER).write_text(json.dumps(wanted_marker(checkout, lock)), encoding="utf-8")


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the locks that would be installed, noted at the last step before the network."""
    names: list[str] = []
    monkeypatch.setattr(environment, "_usable", lambda checkout: True)
    monkeypatch.setattr(environment, "_install", lambda checkout, lock: names.append(lock))
    return names


def test_a_current_environment_is_left_alone(copy: Checkout, installed: list[str]) -> None:
    ensure_environment(copy, SILENT)
    assert installed == []


def test_a_changed_lock_is_installed_once(copy: Checkout, installed: list[str]) -> None:
    (copy.root / RUN_LOCK).write_text("# changed\n", encoding="utf-8")
    ensure_environment(copy, SILENT)
    ensure_environment(copy, SILENT)
    assert installed == [RUN_LOCK]


def test_the_tools_of_the_tests_stay_when_the_portal_starts(copy: Checkout, installed: list[str]) -> None:
    ensure_environment(copy, SILENT, dev=True)
    ensure_environment(copy, SILENT)
    assert installed == [DEV_LOCK]


def test_a_damaged_marker_means_install(copy: Checkout, installed: list[str]) -> None:
    (copy.venv / MARKER).write_text("{", encoding="utf-8")
    ensure_environment(copy, SILENT)
    assert installed == [RUN_LOCK]


@pytest.mark.parametrize(("lock", "listed"), LOCKS.items())
def test_a_lock_pins_and_hashes_all_that_is_listed_and_names_no_host(
    checkout: Checkout, lock: str, listed: str
) -> None:
    text = (checkout.root / lock).read_text(encoding="utf-8")
    assert "://" not in text
    entries = re.split(r"\n(?=[a-z0-9])", text.replace("\\\n", " "))
    pinned = {entry.split("==")[0].lower(): entry for entry in entries if "==" in entry.split("#")[0]}
    assert all("--hash=sha256:" in entry for entry in pinned.values())
    for line in (checkout.root / listed).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("#", "-r")):
            name, version = re.fullmatch(r"([\w-]+)(?:\[[\w,-]+\])?(?:==(.+)|>=.+)?", line).groups()  # type: ignore[union-attr]  # no match fails the test
            assert pinned[name.lower()].startswith(f"{name}=={version or ''}")


def test_both_locks_agree(checkout: Checkout) -> None:
    def pins(lock: str) -> dict[str, str]:
        text = (checkout.root / lock).read_text(encoding="utf-8")
        return dict(re.findall(r"^([\w.-]+)==([^ ;\\]+)", text, re.MULTILINE))

    assert pins(RUN_LOCK).items() <= pins(DEV_LOCK).items()
