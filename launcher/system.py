"""The few things that only the operating system's packages bring: PDF layout, fonts, a browser for the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from launcher.checkout import this_checkout
from launcher.talk import Talk
from launcher.unpacked import Unpacked

PDF_PACKAGES = (
    "libpango-1.0-0",
    "libpangoft2-1.0-0",
    "libharfbuzz-subset0",
    "fonts-morisawa-bizud-gothic",
)
# libatomic1: what the driver of the browser tests is linked against.
TEST_PACKAGES = ("fonts-noto-cjk", "poppler-utils", "zbar-tools", "gettext", "libatomic1")
ONE_DAY = 24 * 60 * 60
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def ensure_pdf_packages(talk: Talk, remembered: Path) -> None:
    """Install what PDFs need. Where that is not possible, say it and go on: everything else works."""
    missing = missing_packages(PDF_PACKAGES)
    if missing and not _tried_before(remembered, missing):
        install_packages(missing, talk)
        missing = missing_packages(PDF_PACKAGES)
        remembered.write_text(" ".join(missing), encoding="utf-8")
    if missing:
        _say_missing(talk, missing)


def ensure_test_packages(talk: Talk) -> None:
    """The browser apart: Ubuntu has none as a package, and that must not keep the others out."""
    wanted = missing_packages([*PDF_PACKAGES, *TEST_PACKAGES])
    if wanted:
        install_packages(wanted, talk)
    if not browser():
        install_packages(["chromium"], talk)
    if not browser():
        talk.say(
            "  ※ 画面の試験 (tests/browser) には Chromium が必要です。入れてから、PORTAL_CHROMIUM にその場所を書いてください。\n"
            "    The browser journeys need Chromium: install one and name it in PORTAL_CHROMIUM."
        )


def browser() -> str | None:
    """The Chromium that the browser journeys drive; `PORTAL_CHROMIUM` names another one."""
    named = os.environ.get("PORTAL_CHROMIUM")
    installed = (path for name in BROWSERS if (path := shutil.which(name)))
    return named or unpacked().browser() or next(installed, None)


def unpacked() -> Unpacked:
    return Unpacked(this_checkout().system)


def use_unpacked() -> None:
    """Let every process that is started from here find what an earlier command has unpacked."""
    os.environ.update(unpacked().environ(os.environ))


def missing_packages(names: Iterable[str]) -> list[str]:
    """Those of the packages that dpkg does not know as installed (all of them where there is no dpkg), and that
    are not unpacked here either."""
    here = unpacked().names()
    names = [name for name in names if name not in here]
    if not shutil.which("dpkg-query"):
        return names
    listing = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    installed = {line.split()[0] for line in listing.splitlines() if line.endswith(" installed")}
    return [name for name in names if name not in installed]


def install_packages(names: list[str], talk: Talk) -> bool:
    """Install with apt as root or through a sudo that asks nothing; for everybody else, unpack them here.

    False where neither is possible.
    """
    if os.environ.get("PORTAL_NO_APT") or not shutil.which("apt-get"):
        return False
    right = _right_to_install()
    return _unpack(names, talk) if right is None else _install(right, names, talk)


def _install(right: list[str], names: list[str], talk: Talk) -> bool:
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120", *names]
    with talk.step(f"システムの部品を入れています ({' '.join(names)}) / installing system packages"):
        return all(
            subprocess.run(
                [*right, "apt-get", *arguments], env=environ, capture_output=True, check=False
            ).returncode
            == 0
            for arguments in (["update"], install)
        )


def _unpack(names: list[str], talk: Talk) -> bool:
    where = this_checkout().system.name
    with talk.step(
        f"システムの部品を {where} の中に用意しています ({' '.join(names)}) / unpacking system packages, without root"
    ):
        done = unpacked().add(names)
    use_unpacked()
    return done


def _right_to_install() -> list[str] | None:
    """What goes before `apt-get`; None for a person without the right."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    asks_nothing = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"] if asks_nothing else None


def _tried_before(remembered: Path, missing: list[str]) -> bool:
    """A machine without the right or the network must not wait for apt at every start, only once a day."""
    if not remembered.exists() or time.time() - remembered.stat().st_mtime > ONE_DAY:
        return False
    return remembered.read_text(encoding="utf-8") == " ".join(missing)


def _say_missing(talk: Talk, missing: list[str]) -> None:
    talk.say(
        "  ※ PDF (控え・文書) の作成には次の部品が必要です。無くてもほかの画面は使えます。"
        "管理者権限で実行してください:\n"
        f"      sudo apt-get install -y {' '.join(missing)}\n"
        "    PDFs need the packages above; everything else works without them."
    )
