"""The portal's own processes: pages, background work, the clock."""

from __future__ import annotations

import http.client
import signal
import socket
import time
from collections.abc import Mapping
from pathlib import Path

from launcher.checkout import Checkout
from launcher.child import Child
from launcher.folder import HOST, DataFolder
from launcher.supervise import Service
from launcher.talk import Refusal

WEB_SECONDS = 60
# A warm stop first; then at once. When the launcher is gone there is no warm stop: tasks are repeatable, and a
# worker that has lost its broker takes ten seconds over a cold one (its pool processes end with it).
WORKER_STOP = ((signal.SIGTERM, 10.0), (signal.SIGQUIT, 3.0))


def reserve_port(port: int) -> socket.socket:
    """Take the port before anything slow happens, and keep it: pages asked for early wait instead of failing."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        raise Refusal(
            f"ポート {port} を使えません。ほかのプログラムが使っていないかを確かめるか、別の番号で始めてください。\n"
            f"    python3 manage.py up --port {port + 1 if port < 65535 else 8001}",
            f"Port {port} cannot be used (taken, or not allowed): choose another one as shown above.",
        ) from error
    return listener


def services(
    checkout: Checkout, folder: DataFolder, environ: Mapping[str, str], listener: socket.socket
) -> list[Service]:
    """Pages first: nothing that a resident does waits for the workers."""
    python = str(checkout.python)
    celery = [python, "-m", "celery", "-A", "chiba_ward", "--quiet"]

    def child(name: str, command: list[str], death: signal.Signals = signal.SIGKILL) -> Child:
        return Child(name, command, environ, folder.log(name), checkout.root, WORKER_STOP, death)

    web = child("web", [python, "-m", "gunicorn", *gunicorn_arguments(listener)], signal.SIGQUIT)
    web.pass_fds = (listener.fileno(),)
    worker = child("worker", [*celery, "worker", *worker_arguments("default,outbox", 2)])
    documents = child("documents", [*celery, "worker", *worker_arguments("documents", 1)])
    beat = child("beat", [*celery, "beat", *beat_arguments(folder.path)])
    return [
        Service(web, "画面", lambda: _start_web(web, listener.getsockname()[1])),
        Service(worker, "背景処理", worker.start),
        Service(documents, "文書作成", documents.start),
        Service(beat, "定期処理", beat.start),
    ]


def gunicorn_arguments(listener: socket.socket) -> list[str]:
    memory = ["--worker-tmp-dir", "/dev/shm"] if Path("/dev/shm").is_dir() else []  # noqa: S108  (heartbeats, no data)
    return [
        "chiba_ward.wsgi:application",
        f"--bind=fd://{listener.fileno()}",
        "--worker-class=gthread",
        "--workers=2",
        "--threads=4",
        "--timeout=60",
        "--graceful-timeout=5",
        "--no-control-socket",
        "--logger-class=chiba_ward.settings.server_log.ServerLogger",
        *memory,
    ]


def worker_arguments(queues: str, processes: int) -> list[str]:
    """A worker of its own for documents: a heavy PDF must not hold up mail and deadlines."""
    name = queues.split(",")[0]
    return [
        f"--queues={queues}",
        f"--concurrency={processes}",
        f"--hostname={name}@%h",
        "--loglevel=INFO",
        "--without-gossip",
        "--without-mingle",
        "--max-memory-per-child=600000",
    ]


def beat_arguments(data: Path) -> list[str]:
    """No pid file: one left by a crash would keep the next start from working."""
    return ["--loglevel=INFO", "--pidfile=", f"--schedule={data / 'beat' / 'schedule'}"]


def _start_web(child: Child, port: int) -> None:
    child.start()
    deadline = time.monotonic() + WEB_SECONDS
    while not _lives(port):
        if child.ended() is not None or time.monotonic() > deadline:
            child.kill()
            raise Refusal(
                f"画面のサーバーが始まりませんでした。記録: {child.log}\n{child.last_lines()}",
                "The web server did not start; the end of its log is above.",
            )
        time.sleep(0.05)


def _lives(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
