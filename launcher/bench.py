"""`python3 manage.py bench`: cities of several sizes on servers of their own, measured, and thrown away."""

from __future__ import annotations

import argparse
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from launcher.checkout import Checkout
from launcher.child import dying_with_parent
from launcher.environment import ensure_environment
from launcher.folder import HOST, DataFolder, inherited_environ
from launcher.portal import reserve_port, services
from launcher.servers import broker_service, postgres_service
from launcher.supervise import Service, Supervisor
from launcher.system import ensure_pdf_packages
from launcher.talk import Refusal, Talk

BENCH_ROOT = ".portal-bench"
SIZES = (100_000, 1_000_000)
ROUNDS = 200
BYTES_A_ROW = 12_000  # of disk: rows, indexes, and the log of the load
PORTAL, FLOORS = "chiba_ward.wsgi:application", "bench.floors.wsgi:application"
PAGES = (
    ("web", "bench.settings", PORTAL),
    ("unlogged", "bench.unlogged", PORTAL),
    ("floors", "bench.floors.settings", FLOORS),
)
LOADED = "loaded"  # the note beside a city that stands whole


def bench(checkout: Checkout, arguments: list[str], talk: Talk) -> int:
    """Load, serve, measure; the table goes to stdout, progress to stderr."""
    options = _parse(arguments)
    ensure_environment(checkout, talk)
    with ExitStack() as stack:
        root = stack.enter_context(_root(checkout, is_kept=options.keep))
        _refuse_small_disk(root, options.rows)
        ensure_pdf_packages(talk, root / "system-packages-missing")
        supervisor = Supervisor(talk)
        stack.callback(supervisor.stop)
        scripts = []
        for rows in options.rows:
            talk.say(f"{rows:,}件の街 / a city of {rows:,}")
            folder = DataFolder(root / str(rows))
            environ = _city(checkout, folder, rows, supervisor, talk, stack)
            scripts.append(_script(checkout, folder, environ, options))
        return _run(checkout, ["-m", "bench.measure", *_passed_on(options), *map(str, scripts)], environ)


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="manage.py bench",
        description="速さを測ります。作りごとの街を入れ、測り終わると消します / measure the portal on invented cities",
    )
    parser.add_argument("--rows", type=int, action="append", help="相談の数 / consultations (100000 1000000)")
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="測るもの / acts beginning so"
    )
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, help="何回ずつ測るか / measurements of each act (200)"
    )
    parser.add_argument(
        "--json", metavar="FILE", help="結果をファイルにも書く / write the figures to a file too"
    )
    parser.add_argument(
        "--keep", action="store_true", help="街を残し、次も使う / keep the cities for the next run"
    )
    parser.add_argument(
        "--plans", metavar="FILE", help="問い合わせの計画も書く / write query plans to a file"
    )
    options = parser.parse_args(arguments)
    options.rows = options.rows or list(SIZES)
    return options


def _passed_on(options: argparse.Namespace) -> list[str]:
    return ["--json", options.json] if options.json else []


@contextmanager
def _root(checkout: Checkout, *, is_kept: bool) -> Iterator[Path]:
    """Kept cities lie in a folder of their own; others are gone afterwards."""
    root = checkout.root / BENCH_ROOT
    root.mkdir(mode=0o700, exist_ok=True)
    if is_kept:
        (root / "kept").mkdir(mode=0o700, exist_ok=True)
        yield root / "kept"
        return
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=root))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _refuse_small_disk(root: Path, sizes: list[int]) -> None:
    wanted = sum(rows * BYTES_A_ROW for rows in sizes if not (root / str(rows) / LOADED).exists())
    free = shutil.disk_usage(root).free
    if free < wanted:
        raise Refusal(
            f"空き容量が足りません ({wanted / 1e9:.0f} GB 必要、{free / 1e9:.0f} GB)。--rows を小さくしてください。",
            f"Not enough disk: {wanted / 1e9:.0f} GB are needed, {free / 1e9:.0f} GB are free.",
        )


def _city(
    checkout: Checkout, folder: DataFolder, rows: int, supervisor: Supervisor, talk: Talk, stack: ExitStack
) -> Mapping[str, str]:
    """A loaded city with its servers running; returns the environment that reaches them."""
    note = folder.path / LOADED
    if folder.path.exists() and not note.exists():
        shutil.rmtree(folder.path)  # a load that was interrupted
    folder.create()
    stack.enter_context(folder.held())
    folder.secrets()
    folder.choose_ports()
    _prepare(checkout, folder, rows, talk)
    note.touch()
    supervisor.run(postgres_service(checkout, folder, talk))
    supervisor.run(broker_service(checkout, folder))
    ports = {}
    for name, settings, entry in PAGES:
        service, ports[name] = _pages(checkout, folder, name, settings, entry)
        with talk.step(f"画面のサーバーを起動しています / {name}"):
            supervisor.run(service)
    return {
        **_environ(folder, "bench.settings"),
        **{f"BENCH_{name.upper()}": f"{HOST}:{port}" for name, port in ports.items()},
        "BENCH_ROWS": str(rows),
    }


def _prepare(checkout: Checkout, folder: DataFolder, rows: int, talk: Talk) -> None:
    """Without waiting for the disk: a load that is cut short is thrown away. Measured is with it, as `up` runs."""
    service = postgres_service(checkout, folder, talk, throwaway=True)
    service.begin()
    try:
        environ = _environ(folder, "chiba_ward.settings.local") | folder.owner_environ()
        status = _run(checkout, ["-m", "bench.prepare", str(rows)], environ)
    finally:
        service.child.stop()
    if status:
        raise Refusal(
            "街を用意できませんでした。上の表示を見てください。", "The city could not be loaded, see above."
        )


def _pages(
    checkout: Checkout, folder: DataFolder, name: str, settings: str, entry: str
) -> tuple[Service, int]:
    """gunicorn as `up` starts it, under other settings and for another entry point; its listener stays open in the child alone."""
    listener = reserve_port(0)
    web = services(checkout, folder, _environ(folder, settings), listener)[0]
    web.child.log = folder.log(name)
    web.child.command = [entry if part == PORTAL else part for part in web.child.command]
    return web, listener.getsockname()[1]


def _script(
    checkout: Checkout, folder: DataFolder, environ: Mapping[str, str], options: argparse.Namespace
) -> Path:
    """Everything that will be asked of the city, written down beforehand, so that measuring asks nothing else."""
    file = folder.path / "script.json"
    arguments = ["-m", "bench.stage", "--rounds", str(options.rounds), "--to", str(file)]
    arguments += [part for name in options.only for part in ("--only", name)]
    if options.plans:
        arguments += ["--plans", options.plans]
    if _run(checkout, arguments, environ):
        raise Refusal(
            "測る準備ができませんでした。上の表示を見てください。",
            "The bench could not be staged, see above.",
        )
    return file


def _environ(folder: DataFolder, settings: str) -> dict[str, str]:
    return {**inherited_environ(), **folder.environ(), "DJANGO_SETTINGS_MODULE": settings}


def _run(checkout: Checkout, arguments: list[str], environ: Mapping[str, str]) -> int:
    return subprocess.run(
        [str(checkout.python), *arguments],
        cwd=checkout.root,
        env=dict(environ),
        check=False,
        preexec_fn=dying_with_parent(signal.SIGTERM),
    ).returncode
