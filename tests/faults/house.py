"""The whole portal of a test: own PostgreSQL and broker, pages, workers and clock, each a process that may be killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import redis

from launcher.checkout import Checkout, this_checkout
from launcher.child import Child, dying_with_parent
from launcher.folder import DataFolder, inherited_environ
from launcher.portal import beat_arguments, reserve_port, services
from launcher.servers import broker_service, postgres_service
from launcher.supervise import Service
from launcher.talk import Talk
from tests.faults.books import Books

IS_LONG = os.environ.get("FAULTS") == "long"
SETTINGS = "tests.faults.portal_settings"
START_SECONDS = 60
PORTAL = ("web", "worker", "documents", "beat")


class House:
    """Start and kill by name: postgres, broker, web, worker, documents, beat, beat2."""

    def __init__(self, path: Path, smtp_port: int) -> None:
        self.checkout: Checkout = this_checkout()
        self.folder = DataFolder(path)
        self.smtp_port = smtp_port
        self.services: dict[str, Service] = {}
        self.restarts: list[str] = []
        self.stopped: set[str] = set()
        self.people: dict[str, Any] = {}

    # --- from nothing to a running portal, and back

    def open(self) -> None:
        """Made from nothing. The short run leaves out fsync: PostgreSQL itself is not killed here."""
        self.folder.create()
        self.folder.secrets()
        self.folder.choose_ports()
        talk = Talk(sys.stderr)
        self.begin("postgres", postgres_service(self.checkout, self.folder, talk, throwaway=not IS_LONG))
        self.begin("broker", broker_service(self.checkout, self.folder))
        self.listener = reserve_port(0)
        self.environ = self._environ()
        self.books = Books(self.environ["DATABASE_URL"], self.environ["PORTAL_SEAL_KEYS"])
        self.people = self._prepare()
        for service in services(self.checkout, self.folder, self.environ, self.listener):
            self.begin(service.child.name, service)
        self._add_second_beat()
        self.await_workers()

    def close(self) -> None:
        self.books.close()
        for service in reversed(self.services.values()):
            service.child.kill() if service.child.name != "postgres" else service.child.stop()
        self.listener.close()

    def begin(self, name: str, service: Service) -> None:
        self.services[name] = service
        service.begin()

    def _environ(self) -> dict[str, str]:
        port = self.listener.getsockname()[1]
        kept = {name: value for name, value in inherited_environ().items() if not name.startswith("PORTAL_")}
        paths = os.pathsep.join([str(self.checkout.root), str(self.checkout.root / "requests")])
        return {
            **kept,
            **self.folder.environ(),
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "PORTAL_BASE_URL": f"http://127.0.0.1:{port}",
            "PORTAL_MEDIA_ROOT": str(self.folder.path / "media"),
            "FAULTS_SMTP_PORT": str(self.smtp_port),
            "PYTHONPATH": paths,
        }

    def _prepare(self) -> dict[str, Any]:
        return dict(json.loads(self.run("tests.faults.prepare", **self.folder.owner_environ())))

    def run(self, module: str, *arguments: str, **environ: str) -> str:
        """Run a module in the portal's settings; its output."""
        outcome = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", module, *arguments],
            cwd=self.checkout.root,
            env=self.environ | environ,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            preexec_fn=dying_with_parent(signal.SIGTERM),
        )
        assert outcome.returncode == 0, outcome.stderr[-3000:]
        return outcome.stdout

    def _add_second_beat(self) -> None:
        """A second clock with a memory of its own, as when somebody starts one by mistake."""
        first, data = self.services["beat"].child, self.folder.path / "second"
        (data / "beat").mkdir(parents=True)
        command = [sys.executable, "-m", "celery", "-A", "chiba_ward", "beat", *beat_arguments(data)]
        child = Child("beat2", command, self.environ, self.folder.log("beat2"), first.cwd, first.stopping)
        self.services["beat2"] = Service(child, "beat2", child.start)
        self.stopped.add("beat2")

    # --- killing and starting

    @property
    def base(self) -> str:
        return self.environ["PORTAL_BASE_URL"]

    @property
    def broker_url(self) -> str:
        return self.environ["REDIS_URL"]

    def kill(self, name: str) -> None:
        """SIGKILL to the process and everything it started. It stays down until `start`."""
        self.stopped.add(name)
        self.services[name].child.kill()

    def start(self, name: str) -> None:
        self.services[name].begin()
        self.stopped.discard(name)

    def stop_broker(self) -> None:
        """Away in good order: what lies in it is on its disk."""
        self.stopped.add("broker")
        self.services["broker"].child.stop()

    def wipe_broker(self) -> None:
        """Killed, and its disk is lost with it."""
        self.kill("broker")
        for item in (self.folder.path / "broker").iterdir():
            if item.name != "broker.conf":
                shutil.rmtree(item) if item.is_dir() else item.unlink()

    def mind(self) -> None:
        """What the supervisor of `up` does, and any other: start again what ended by itself."""
        for name, service in self.services.items():
            if name not in self.stopped and service.child.ended() is not None:
                self.restarts.append(name)
                kept = self.folder.log(f"{name}-{len(self.restarts)}-ended")
                kept.write_text(service.child.last_lines(80), encoding="utf-8")
                service.child.kill()
                service.begin()

    def web_children(self) -> list[int]:
        """The processes of the pages that answer requests; the master is their parent."""
        master = self.services["web"].child.pid
        listed = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii")
        return [int(pid) for pid in listed.split()]

    def kill_own(self, pid: int) -> None:
        """Kill a web process by number; only a child of this house's own master."""
        assert pid in self.web_children(), f"{pid} is not ours"
        os.kill(pid, signal.SIGKILL)

    # --- waiting

    def until(self, holds: Callable[[], object], seconds: float, pause: float = 0.1) -> float:
        """Wait, minding the processes; the seconds it took. AssertionError with the logs' ends when in vain."""
        started = time.monotonic()
        while not holds():
            self.mind()
            if time.monotonic() - started > seconds:
                raise AssertionError(
                    f"waited {seconds} s in vain\n{self.books.unfinished()}\n{self.last_words()}"
                )
            time.sleep(pause)
        return time.monotonic() - started

    def await_workers(self) -> None:
        """Both workers listen: a task that is published now is taken at once."""
        self.until(lambda: self._listening() >= 2, START_SECONDS)

    def _listening(self) -> int:
        with redis.Redis.from_url(self.broker_url, socket_timeout=1) as client:
            waiting = [one for one in client.client_list() if one["cmd"].startswith(("brpop", "bzpop"))]
        return len(waiting)

    def last_words(self) -> str:
        return "\n".join(
            f"--- {name}\n{self.services[name].child.last_lines(8)}"
            for name in PORTAL
            if name in self.services
        )
