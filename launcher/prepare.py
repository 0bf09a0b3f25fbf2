"""Run inside the locked environment by `up`: everything the pages need, each part only when it is needed.

Progress goes to stderr; the demo accounts, for the launcher to show at the end, to stdout.
"""

from __future__ import annotations

import hashlib
import io
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.db import Error as DatabaseError

from launcher.talk import Talk

FINGERPRINT = "static-fingerprint"


def main() -> int:
    talk = Talk(sys.stderr)
    try:
        _prepare(talk)
    except (CommandError, DatabaseError) as error:
        talk.say(str(error))
        return 1
    accounts = io.StringIO()
    call_command("demo_accounts", stdout=accounts)
    sys.stdout.write(accounts.getvalue())
    return 0


def _prepare(talk: Talk) -> None:
    with talk.step("翻訳を用意しています / translations"):
        django.setup()
        call_command("translations", "compile", stdout=io.StringIO())
    with talk.step("表を用意しています / database tables"):
        call_command(
            "check", tags=["database"], databases=["default"], stdout=io.StringIO()
        )  # the keys fit the data
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("rebuild_search", stdout=io.StringIO(), stderr=io.StringIO())
    with talk.step("区・地区・部署の最初の登録を確かめています / initial directory"):
        call_command("load_initial_directory", verbosity=0, stdout=io.StringIO())
    with talk.step("デモの街を確かめています (初回は少しかかります) / demo city"):
        call_command("load_demo_city", "--if-empty", verbosity=0, stdout=io.StringIO())
    if not _static_is_current():
        with talk.step("画面の部品を集めています / static files"):
            call_command("collectstatic", interactive=False, verbosity=0)
            _fingerprint_file().write_text(_fingerprint(), encoding="utf-8")


def _static_is_current() -> bool:
    file = _fingerprint_file()
    return file.exists() and file.read_text(encoding="utf-8") == _fingerprint()


def _fingerprint_file() -> Path:
    return Path(settings.DATA_DIR) / FINGERPRINT


def _fingerprint() -> str:
    """Of name, size and time of every source file, and of how they are stored."""
    parts = [repr(settings.STORAGES["staticfiles"])]
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            parts.append(f"{name} {state.st_size} {state.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
