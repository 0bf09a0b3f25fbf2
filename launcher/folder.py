"""The data folder: one place for the database, the broker, files, logs and secrets of one portal."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import quote

from launcher.talk import Refusal

SUBFOLDERS = ("logs", "media", "mail", "static", "broker", "beat")
SERVERS = ("postgres", "broker")
LOG_LIMIT = 5 * 1024 * 1024
HOST = "127.0.0.1"
# Tables belong to the first; pages and workers are the second (ADR 0015).
OWNER_ROLE, APPLICATION_ROLE = "portal", "portal_app"
DATABASE_NAME = "portal"
# Rings of keys as the portal's settings read them, "name:64 hex digits", the current one first; and the application's
# password for the database.
ADDED_LATER = {
    "seal_keys": lambda: f"k1:{secrets.token_hex(32)}",
    "search_keys": lambda: f"s1:{secrets.token_hex(32)}",
    "application_password": lambda: secrets.token_urlsafe(24),
}


class DataFolder:
    """One portal's data. `held()` must surround everything that starts a server on it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    def log(self, name: str) -> Path:
        return self.path / "logs" / f"{name}.log"

    # --- making and holding it

    def create(self) -> None:
        """Make the folder, closed to others; raises Refusal where there is no right to write."""
        try:
            for folder in (self.path, *(self.path / name for name in SUBFOLDERS)):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            probe = self.path / ".writable"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise Refusal(
                f"データの保存先 {self.path} に書き込めません ({error.strerror})。フォルダーの所有者と空き容量を確かめるか、"
                "環境変数 PORTAL_DATA_DIR で別のフォルダーを指定してください。",
                f"The data folder {self.path} is not writable: check its owner, or name another in PORTAL_DATA_DIR.",
            ) from error

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the folder to this process. The kernel drops the lock when the process dies, however it dies."""
        held = self.try_hold()
        if held is None:
            raise Refusal(
                f"ポータルは、このデータ ({self.path}) ですでに動いています。そちらを Ctrl-C で止めてからお試しください。",
                f"A portal is already running on this data folder ({self.path}): stop it first.",
            )
        with held:
            yield

    def try_hold(self) -> IO[bytes] | None:
        lock = (self.path / "lock").open("ab")  # the caller holds it open as long as it runs
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return None
        return lock

    # --- secrets and addresses

    def secrets(self) -> dict[str, str]:
        """Random keys of this portal, made once, readable by the owner alone.

        Raises Refusal when the database is there and its keys are gone: new keys would not open old data.
        """
        file = self.path / "secrets.json"
        if file.exists():
            return self._complete(file, dict(json.loads(file.read_text(encoding="utf-8"))))
        if self.postgres.exists():
            raise Refusal(
                f"{file} がありません。データを開くための鍵なので、控えから戻してください。"
                f"デモのデータを捨ててよいときは、フォルダー {self.path} を消してからやり直してください。",
                f"{file} is missing: restore it, or delete {self.path} to start again with fresh demo data.",
            )
        made = {
            "secret_key": secrets.token_urlsafe(60),
            "pepper": secrets.token_hex(32),
            "database_password": secrets.token_urlsafe(24),
            "broker_password": secrets.token_urlsafe(24),
        }
        return self._complete(file, made)

    @staticmethod
    def _complete(file: Path, known: dict[str, str]) -> dict[str, str]:
        """Folders of earlier versions lack the newer keys: nothing old is opened with them."""
        newer = {name: make() for name, make in ADDED_LATER.items() if name not in known}
        if newer or not file.exists():
            write_private(file, json.dumps(known | newer, indent=1))
        return known | newer

    def choose_ports(self) -> dict[str, int]:
        """Free ports for the servers; those of the last start when nobody has taken them since."""
        last = self.ports()
        ports = {name: free_port(last.get(name, 0)) for name in SERVERS}
        write_private(self.path / "ports.json", json.dumps(ports))
        return ports

    def ports(self) -> dict[str, int]:
        try:
            return dict(json.loads((self.path / "ports.json").read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError):
            return {}

    def environ(self) -> dict[str, str]:
        """What the portal's processes find in their environment: servers, secrets, folder."""
        keys, ports = self.secrets(), self.ports()
        return {
            "DATABASE_URL": self._database_url(APPLICATION_ROLE, keys["application_password"]),
            "REDIS_URL": f"redis://:{quote(keys['broker_password'], safe='')}@{HOST}:{ports['broker']}/0",
            "PORTAL_DATA_DIR": str(self.path),
            "PORTAL_SECRET_KEY": keys["secret_key"],
            "PORTAL_PEPPER": keys["pepper"],
            "PORTAL_SEAL_KEYS": keys["seal_keys"],
            "PORTAL_SEARCH_KEYS": keys["search_keys"],
        }

    def owner_environ(self) -> dict[str, str]:
        """Only for the commands that change tables; whatever serves people never gets it."""
        return {"DATABASE_OWNER_URL": self._database_url(OWNER_ROLE, self.secrets()["database_password"])}

    def _database_url(self, role: str, password: str) -> str:
        return f"postgresql://{role}:{quote(password, safe='')}@{HOST}:{self.ports()['postgres']}/{DATABASE_NAME}"


def inherited_environ() -> dict[str, str]:
    """The caller's environment without what would bend the portal: other servers, other Python paths."""
    bent = (
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "REDIS_URL",
        "EMAIL_URL",
        "PYTHONPATH",
        "PYTHONHOME",
        "VIRTUAL_ENV",
    )
    return {name: value for name, value in os.environ.items() if name not in bent}


def write_private(file: Path, text: str) -> None:
    """Replace the file in one move, so that a crash leaves the old or the new one; mode 0600."""
    draft = file.with_name(file.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)


def free_port(preferred: int = 0) -> int:
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Refusal("空いているポートがありません。", "No free port on 127.0.0.1.")


def open_log(file: Path) -> IO[bytes]:
    """A child's log, appended to; an old one past 5 MB is kept aside once."""
    if file.exists() and file.stat().st_size > LOG_LIMIT:
        file.replace(file.with_suffix(".log.1"))
    return file.open("ab")
