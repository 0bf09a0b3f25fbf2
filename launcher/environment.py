"""The locked environment `.venv`: made once, installed with hashes, checked by a marker afterwards."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher.checkout import Checkout
from launcher.system import install_packages, unpacked
from launcher.talk import Refusal, Talk
from launcher.unpacked import MACHINE_CERTIFICATES

RUN_LOCK = "requirements.lock"
DEV_LOCK = "requirements-dev.lock"
INSTALLER_LOCK = "requirements-uv.lock"
MARKER = "portal-installed.json"


def ensure_environment(checkout: Checkout, talk: Talk, *, dev: bool = False) -> None:
    """Make `.venv` match its lock. Does nothing, in milliseconds, when the marker says it does.

    An environment that has the tools of the tests keeps them.
    """
    with _alone(checkout):
        lock = DEV_LOCK if dev or _installed(checkout).get("lock") == DEV_LOCK else RUN_LOCK
        wanted = wanted_marker(checkout, lock)
        if checkout.python.exists() and _installed(checkout) == wanted:
            return
        if not _usable(checkout):
            _create(checkout, talk)
        with talk.step(f"ライブラリを入れています ({lock}) / installing libraries"):
            _install(checkout, lock)
        (checkout.venv / MARKER).write_text(json.dumps(wanted), encoding="utf-8")


def wanted_marker(checkout: Checkout, lock: str) -> dict[str, str]:
    """What the marker says when the environment is that of this lock and this Python."""
    digest = hashlib.sha256((checkout.root / lock).read_bytes()).hexdigest()
    return {"lock": lock, "sha256": digest, "python": _python_version()}


@contextmanager
def _alone(checkout: Checkout) -> Iterator[None]:
    """Two commands started together must not install into one folder at once."""
    with (checkout.root / RUN_LOCK).open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _installed(checkout: Checkout) -> dict[str, str]:
    try:
        marker = json.loads((checkout.venv / MARKER).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return marker if isinstance(marker, dict) else {}


def _usable(checkout: Checkout) -> bool:
    """Whether `.venv` runs, is of this Python and can install."""
    probe = "import sys, pip; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([checkout.python, "-c", probe], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.stdout.strip() == _python_version()


def _python_version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _create(checkout: Checkout, talk: Talk) -> None:
    _ensure_venv_module(talk)
    with talk.step("Python の環境 .venv を作っています / creating .venv"):
        if checkout.venv.exists():
            shutil.rmtree(checkout.venv)
        try:
            venv.create(checkout.venv, with_pip=bool(importlib.util.find_spec("ensurepip")))
            _add_pip(checkout)
        except (OSError, subprocess.CalledProcessError) as error:
            raise Refusal(
                f".venv を作れませんでした。フォルダーに書き込めるか、空き容量があるかを確かめてください ({error})。",
                ".venv could not be created: check that the folder is writable and the disk is not full.",
            ) from error


def _add_pip(checkout: Checkout) -> None:
    """From the wheel that was unpacked, where the machine's own Python brings no pip."""
    here = unpacked()
    wheel = here.pip_wheel()
    if wheel is None or importlib.util.find_spec("ensurepip"):
        return
    with zipfile.ZipFile(wheel) as parts:
        parts.extractall(checkout.site_packages)
    if (
        here.certificates_needed()
    ):  # Debian's pip opens the machine's file when it is loaded, whatever it is told
        file = checkout.site_packages / "pip" / "_vendor" / "certifi" / "core.py"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(MACHINE_CERTIFICATES[0], str(here.certificates)), encoding="utf-8")


def _ensure_venv_module(talk: Talk) -> None:
    """Debian and Ubuntu ship the part of `venv` that brings pip as a package of its own."""
    if importlib.util.find_spec("ensurepip") or unpacked().pip_wheel():
        return
    package = f"python{_python_version()}-venv"
    install_packages([package], talk)
    importlib.invalidate_caches()
    if not (importlib.util.find_spec("ensurepip") or unpacked().pip_wheel()):
        raise Refusal(
            f"{package} が必要です。管理者権限で次を実行してから、もう一度お試しください:\n"
            f"    sudo apt-get install -y {package}",
            f"The system package {package} is needed: install it with the command above and try again.",
        )


def _install(checkout: Checkout, lock: str) -> None:
    """Install exactly the lock: with uv, which takes seconds; with pip where uv cannot be had."""
    pip = [str(checkout.python), "-m", "pip", "--disable-pip-version-check"]
    hashed = ["install", "--quiet", "--require-hashes", "--only-binary", ":all:", "-r"]
    with_uv = [
        [*pip, *hashed, str(checkout.root / INSTALLER_LOCK)],
        [str(checkout.venv / "bin" / "uv"), "pip", "sync", "--quiet", "--require-hashes",
         "--python", str(checkout.python), str(checkout.root / lock)],
    ]  # fmt: skip
    if all(_succeeds(command, checkout.root) for command in with_uv):
        return
    outcome = subprocess.run(
        [*pip, *hashed, str(checkout.root / lock)],
        cwd=checkout.root,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if outcome.returncode:
        raise Refusal(
            "ライブラリを入れられませんでした。インターネットへの接続 (またはプロキシの設定) と空き容量を確かめて、"
            "もう一度お試しください。\n" + outcome.stderr[-1500:],
            "The libraries could not be installed: check the network (or proxy) and the free disk space.",
        )


def _succeeds(command: list[str], cwd: Path) -> bool:
    environ = {"UV_SYSTEM_CERTS": "1", **os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    try:
        return subprocess.run(command, cwd=cwd, env=environ, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
