"""Real pages behind a real port, on the database of the test: gunicorn as the image runs it, killed at will."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from launcher.folder import free_port
from tests.consultations import citizen_support as support
from tests.launcher.production import web_command
from tests.outbox.servers import ROOT, database_env, wait_until, without_owner

MB = 1024**2
SECONDS = 60
# What a test may change in each worker before it serves anybody.
HOOK = """
def post_worker_init(worker):
    import os
    from pathlib import Path
{body}
"""


class Pages:
    """gunicorn with two workers of four threads; `body` runs in each of them first."""

    def __init__(self, folder: Path, *, body: str = "pass", largest_file: int = 0, **environ: str) -> None:
        self.folder, self.port = folder, free_port()
        self.media, self.temporary = folder / "media", folder / "tmp"
        for made in (self.media, self.temporary):
            made.mkdir(exist_ok=True)
        if largest_file:
            limit = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({largest_file}, {largest_file}))"
            body = f"import resource\n{limit}\n{body}"
        self._hook = folder / "gunicorn_hook.py"
        self._hook.write_text(HOOK.format(body="\n".join(f"    {line}" for line in body.splitlines())))
        self._environ = environ
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Pages":
        inherited = {name: value for name, value in without_owner().items() if not name.startswith("COV_")}
        environ = inherited | database_env() | {
            "DJANGO_SETTINGS_MODULE": "tests.casework.pages_settings",
            "PAGES_MEDIA": str(self.media),
            "TMPDIR": str(self.temporary),
            "PYTHONWARNINGS": "ignore",
            **self._environ,
        }  # fmt: skip
        command = [sys.executable, "-m", *web_command(self.port), f"--config={self._hook}"]
        command = [part for part in command if not part.startswith("--worker-tmp-dir")]
        with (self.folder / "pages.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, env=environ, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
        wait_until(self._answers, SECONDS)
        return self

    def _answers(self) -> bool:
        assert self.process
        assert self.process.poll() is None, self.log()[-3000:]
        try:
            return requests.get(f"{self.base}/livez", timeout=2).ok
        except requests.RequestException:
            return False

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def log(self) -> str:
        return (self.folder / "pages.log").read_text(encoding="utf-8")

    def workers(self) -> list[int]:
        assert self.process
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]

    def peak_mb(self) -> int:
        """The most memory that any worker has taken so far."""
        told = [Path(f"/proc/{pid}/status").read_text() for pid in self.workers()]
        return max(int(found[1]) // 1024 for text in told if (found := re.search(r"VmHWM:\s+(\d+)", text)))

    def left_over(self) -> list[Path]:
        """Temporary files of whatever kind, gunicorn's own heartbeat files aside."""
        return [path for path in self.temporary.rglob("*") if not path.name.startswith("wgunicorn")]

    def blobs(self) -> list[Path]:
        return [path for path in self.media.rglob("*") if path.is_file()]


@contextmanager
def serving(folder: Path, **options: Any) -> Iterator[Pages]:
    support.make_city()
    pages = Pages(folder, **options)
    try:
        yield pages.start()
    finally:
        pages.stop()


@dataclass
class Part:
    """One part of a body in multipart/form-data, written as it is told."""

    name: str
    content: bytes
    filename: str = ""
    headers: tuple[str, ...] = ()

    def encoded(self) -> bytes:
        shown = f'; filename="{self.filename}"' if self.filename else ""
        head = [f'Content-Disposition: form-data; name="{self.name}"{shown}', *self.headers]
        return "\r\n".join(head).encode() + b"\r\n\r\n" + self.content + b"\r\n"


BOUNDARY = "a-boundary-of-the-test"


def body_of(parts: list[Part], *, closed: bool = True) -> bytes:
    mark = f"--{BOUNDARY}".encode()
    return b"".join(mark + b"\r\n" + part.encoded() for part in parts) + (mark + b"--\r\n" if closed else b"")


@dataclass
class Browser:
    """A resident on the screen where files are chosen."""

    pages: Pages
    session: requests.Session = field(default_factory=requests.Session)
    draft: str = ""

    def begin(self) -> "Browser":
        self.session.trust_env = False
        self.session.headers.update({"Connection": "close", "Accept-Language": "ja"})
        self.session.get(f"{self.pages.base}/consult/", timeout=SECONDS)
        page = self._post("/consult/", {})
        self.draft = page.url.removeprefix(self.pages.base).rsplit("/", 2)[0]
        self._post(f"{self.draft}/topic/", support.ANSWERS["topic"])
        return self

    @property
    def token(self) -> str:
        return self.session.cookies.get("csrftoken") or ""

    def _post(self, path: str, data: dict[str, str]) -> requests.Response:
        sent = {"csrfmiddlewaretoken": self.token, **data}
        return self.session.post(f"{self.pages.base}{path}", sent, timeout=SECONDS)

    def fields(self, **changed: str) -> list[Part]:
        told = {"csrfmiddlewaretoken": self.token, **support.STORY, **changed}
        return [Part(name, value.encode()) for name, value in told.items()]

    def send(self, *parts: Part, headers: dict[str, str] | None = None, **changed: str) -> requests.Response:
        return self.post(body_of([*self.fields(**changed), *parts]), headers or {})

    def post(self, body: bytes, headers: dict[str, str]) -> requests.Response:
        told = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", **headers}
        url = f"{self.pages.base}{self.draft}/story/"
        return self.session.post(url, body, headers=told, timeout=SECONDS, allow_redirects=False)

    def finish(self) -> requests.Response:
        """The rest of the way with what is kept so far; the page with the receipt."""
        self._post(f"{self.draft}/story/", support.STORY)
        for name in ("place", "contact"):
            self._post(f"{self.draft}/{name}/", support.ANSWERS[name])
        return self._post(f"{self.draft}/check/", {})

    def line(self, length: int) -> socket.socket:
        """A connection on which a body of this length is announced and its fields are sent, but not its end."""
        cookies = "; ".join(f"{one.name}={one.value}" for one in self.session.cookies)
        begun = body_of(self.fields(), closed=False)
        head = (
            f"POST {self.draft}/story/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\nContent-Length: {length}\r\n"
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nConnection: close\r\n\r\n"
        )
        line = socket.create_connection(("127.0.0.1", self.pages.port), timeout=SECONDS)
        line.sendall(head.encode() + begun)
        return line


def photo(name: str = "写真.jpg", content: bytes = b"", **more: Any) -> Part:
    from tests.casework.corpus.pictures import picture

    return Part("files", content or picture(), name, ("Content-Type: image/jpeg", *more.get("headers", ())))


def may_mount() -> bool:
    """Whether this process may mount a small disk."""
    with tempfile.TemporaryDirectory() as folder:
        tried = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True, check=False
        )
        if tried.returncode == 0:
            subprocess.run(["umount", folder], check=True)
        return tried.returncode == 0
