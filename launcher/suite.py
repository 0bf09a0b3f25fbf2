"""`python3 manage.py test`: the whole suite on servers of its own, in a folder that is thrown away."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher.checkout import Checkout
from launcher.child import dying_with_parent, interruptible
from launcher.environment import ensure_environment
from launcher.folder import DataFolder, inherited_environ
from launcher.servers import broker_service, postgres_service
from launcher.supervise import Supervisor
from launcher.system import browser, ensure_test_packages
from launcher.talk import Talk

TEST_ROOT = ".portal-test"
# The whole suite shares the cores among processes, each with a database of its own; a part of it starts faster in one.
WHOLE_SUITE = ["-n", "auto", "--maxprocesses", "4"]


def test(checkout: Checkout, arguments: list[str], talk: Talk) -> int:
    """Run pytest with the arguments and return its exit status; its closing line is the last on stdout."""
    ensure_environment(checkout, talk, dev=True)
    ensure_test_packages(talk)
    with _own_folder(checkout.root / TEST_ROOT) as folder:
        supervisor = Supervisor(talk)
        try:
            folder.secrets()
            folder.choose_ports()
            with talk.step(
                "試験用の PostgreSQL とブローカーを起動しています / starting servers for the tests"
            ):
                supervisor.run(postgres_service(checkout, folder, talk, throwaway=True))
                supervisor.run(broker_service(checkout, folder))
            status = _pytest(checkout, folder, arguments)
        finally:
            supervisor.stop()
        if status:
            _keep_logs(folder, checkout.root / TEST_ROOT / "logs")
    return status


def _pytest(checkout: Checkout, folder: DataFolder, arguments: list[str]) -> int:
    environ = {name: value for name, value in inherited_environ().items() if not name.startswith("PORTAL_")}
    environ |= folder.environ() | folder.owner_environ()
    environ["DJANGO_SETTINGS_MODULE"] = "chiba_ward.settings.test"
    chromium = browser()
    if chromium:
        environ["PORTAL_CHROMIUM"] = chromium
    python = str(checkout.python)
    # A clean checkout has the texts of the other languages only as sources.
    translations = [python, "-m", "django", "translations", "compile", "--verbosity=0"]
    subprocess.run(translations, cwd=checkout.root, env=environ, check=True)
    # Ctrl-C reaches pytest as well; the launcher waits for its summary.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.run(
            [python, "-m", "pytest", *(arguments or WHOLE_SUITE)],
            cwd=checkout.root,
            env=environ,
            check=False,
            preexec_fn=interruptible(dying_with_parent(signal.SIGTERM)),
        ).returncode
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _own_folder(root: Path) -> Iterator[DataFolder]:
    """A fresh folder for one run, gone afterwards; those that a killed run left are swept first."""
    root.mkdir(mode=0o700, exist_ok=True)
    for old in root.glob("run-*"):
        _remove_unheld(DataFolder(old))
    folder = DataFolder(Path(tempfile.mkdtemp(prefix="run-", dir=root)))
    folder.create()
    with folder.held():
        try:
            yield folder
        finally:
            shutil.rmtree(folder.path, ignore_errors=True)


def _remove_unheld(folder: DataFolder) -> None:
    lock = folder.try_hold()
    if lock:
        with lock:
            shutil.rmtree(folder.path, ignore_errors=True)


def _keep_logs(folder: DataFolder, kept: Path) -> None:
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(folder.path / "logs", kept)
