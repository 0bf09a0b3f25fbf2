"""Production without containers: the commands of Dockerfile and docker-compose.yml, read from these files and run.

Servers of its own: a database in the suite's PostgreSQL, a broker, a mail server on loopback.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import secrets
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import yaml

from launcher.checkout import this_checkout

ROOT = this_checkout().root
HOST = "kuyakusho.city.example"
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")


class Database:
    """An empty database of the suite's server, with the suite's two roles: `url` is the application, `owner` the owner."""

    def __init__(self) -> None:
        self.server = os.environ["DATABASE_OWNER_URL"]
        self.name = f"production_{secrets.token_hex(4)}"
        self._say(f"CREATE DATABASE {self.name}")
        self.owner, self.url = (
            urlsplit(url)._replace(path=f"/{self.name}").geturl()
            for url in (self.server, os.environ["DATABASE_URL"])
        )

    def drop(self) -> None:
        """Its processes have ended; not by FORCE, which refuses where the superuser's autovacuum is at work."""
        self._say(f"DROP DATABASE {self.name}")

    def _say(self, statement: str) -> None:
        with closing(psycopg2.connect(self.server)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute(statement)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with closing(psycopg2.connect(self.url)) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()


def environment(folder: Path, database: str, broker: str, smtp: str) -> dict[str, str]:
    """What the containers are given: ENV of the image, then the values of the compose file, then `.env`."""
    given = {
        "PORTAL_SECRET_KEY": secrets.token_urlsafe(60),
        "PORTAL_PEPPER": secrets.token_hex(32),
        "PORTAL_SEAL_KEYS": f"k1:{secrets.token_hex(32)}",
        "PORTAL_SEARCH_KEYS": f"s1:{secrets.token_hex(32)}",
        "PORTAL_ALLOWED_HOSTS": HOST,
        "PORTAL_BASE_URL": f"https://{HOST}",
        "PORTAL_MAIL_FROM": f"portal@{HOST}",
        "PORTAL_SMTP_URL": smtp,
        "PORTAL_DB_OWNER_PASSWORD": "unused",
        "PORTAL_DB_PASSWORD": "unused",
        "PORTAL_BROKER_PASSWORD": "unused",
    }
    listed = COMPOSE["x-portal"]["environment"]
    values = {name: substituted(text, given) for name, text in listed.items()}
    places = {"/app/static-collected": f"{folder}/static", "/var/lib/portal": str(folder), "/app": str(ROOT)}
    image = {name: _moved(value, places) for name, value in image_environment().items()}
    assert "/portal_app:" in values["DATABASE_URL"]
    own = {
        "DATABASE_URL": database,
        "REDIS_URL": broker,
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
    }
    return {**image, "HOME": "/nonexistent", **values, **own}


def image_environment() -> dict[str, str]:
    lines = re.findall(r"^ENV (.*)$", DOCKERFILE, re.MULTILINE)
    return dict(pair.split("=", 1) for line in lines for pair in shlex.split(line))


def substituted(text: str, given: dict[str, str]) -> str:
    """Compose's own rule for `${NAME:?}` and `${NAME:-default}`."""

    def value(found: re.Match[str]) -> str:
        name, default = found["name"], found["default"]
        if default is None and name not in given:
            raise KeyError(name)
        return given.get(name, default or "")

    return re.sub(r"\$\{(?P<name>\w+)(?::(?:\?|-(?P<default>[^}]*)))?\}", value, text)


def _moved(value: str, places: dict[str, str]) -> str:
    for inside, outside in places.items():
        value = re.sub(rf"(?:(?<=^)|(?<=:)){re.escape(inside)}(?=/|:|$)", outside, value)
    return value


def web_command(port: int) -> list[str]:
    """CMD of the image, on a free port of loopback."""
    command = json.loads(re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[-1])
    return [re.sub(r"^--bind=.*", f"--bind=127.0.0.1:{port}", part) for part in command]


def service_command(name: str, folder: Path) -> list[str]:
    return [part.replace("/var/lib/portal", str(folder)) for part in COMPOSE["services"][name]["command"]]


def healthcheck(name: str) -> list[str]:
    kind, *command = COMPOSE["services"][name]["healthcheck"]["test"]
    return ["sh", "-c", command[0].replace("$$", "$")] if kind == "CMD-SHELL" else command


class Process:
    """One long-running command with its log."""

    def __init__(self, name: str, command: list[str], environ: dict[str, str], folder: Path) -> None:
        self.log = folder / f"{name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, env=environ, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30)
        finally:
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def text(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def says(self, words: str) -> Callable[[], bool]:
        def said() -> bool:
            assert self.process.poll() is None, f"it ended:\n{self.text()[-3000:]}"
            return words in self.text()

        return said


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def text(self) -> str:
        return self.body.decode()

    def cookies(self) -> list[str]:
        return self.headers.get_all("Set-Cookie") or []


def ask(port: int, path: str, method: str = "GET", body: str = "", **headers: str) -> Answer:
    """One request as the reverse proxy passes it on; underscores in names of headers become hyphens."""
    sent = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, path, body or None, {name: value for name, value in sent.items() if value})
        return Answer(connection.getresponse())


def wait_until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.1)
