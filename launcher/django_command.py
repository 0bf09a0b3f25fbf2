"""Any other command of `manage.py`: Django's, in the locked environment, with a database behind it."""

from __future__ import annotations

import os
import signal
import subprocess
import time

from launcher.checkout import Checkout
from launcher.child import dying_with_parent, interruptible
from launcher.environment import ensure_environment
from launcher.folder import DataFolder, inherited_environ
from launcher.postgres import Postgres
from launcher.servers import postgres_running
from launcher.talk import Refusal, Talk

WAIT_SECONDS = 60
# These change tables, or rows that are only added to; everything else is done as the application, as its pages would (ADR 0015).
OWNER_COMMANDS = frozenset({"migrate", "createcachetable", "flush", "pgtrigger", "rotate_seals"})


def servers_are_given(argv: list[str]) -> bool:
    """Whether the operator names the servers: then nothing is installed or started here."""
    settings = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    named = any(argument.startswith("--settings") for argument in argv) and "production" in " ".join(argv)
    return "DATABASE_URL" in os.environ or settings.endswith(".production") or named


def run_here(argv: list[str]) -> int:
    """Django in this very process, with the servers from the environment."""
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chiba_ward.settings.local")
    execute_from_command_line(argv)
    return 0


def run_with_servers(checkout: Checkout, argv: list[str], talk: Talk) -> int:
    """With the PostgreSQL of a running `up`, or one for the length of this command."""
    ensure_environment(checkout, talk)
    folder = DataFolder(checkout.default_data_dir())
    folder.create()
    lock = folder.try_hold()
    if lock is None:
        _await_postgres(checkout, folder)
        return _django(checkout, folder, argv)
    with lock, postgres_running(checkout, folder, talk):
        return _django(checkout, folder, argv)


def _await_postgres(checkout: Checkout, folder: DataFolder) -> None:
    server = Postgres(checkout, folder)
    deadline = time.monotonic() + WAIT_SECONDS
    while not server.ready():
        if time.monotonic() > deadline:
            raise Refusal(
                "ポータルが起動の途中のようです。画面が開くようになってから、もう一度お試しください。",
                "The portal seems to be starting: try again when its pages open.",
            )
        time.sleep(0.2)


def _django(checkout: Checkout, folder: DataFolder, argv: list[str]) -> int:
    environ = {**inherited_environ(), **folder.environ()}
    if len(argv) > 1 and argv[1] in OWNER_COMMANDS:
        environ |= folder.owner_environ()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command, a shell for example
    try:
        return subprocess.run(
            [str(checkout.python), *argv],
            env=environ,
            check=False,
            preexec_fn=interruptible(dying_with_parent(signal.SIGTERM)),
        ).returncode
    finally:
        signal.signal(signal.SIGINT, before)
