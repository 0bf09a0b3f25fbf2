"""`python3 manage.py up`: the whole portal on this machine, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import subprocess
import time
from collections.abc import Mapping
from types import FrameType

from launcher.checkout import Checkout
from launcher.child import dying_with_parent
from launcher.environment import ensure_environment
from launcher.folder import HOST, DataFolder, inherited_environ
from launcher.portal import reserve_port, services
from launcher.servers import broker_service, postgres_service
from launcher.supervise import STOP_SIGNALS, Service, Supervisor
from launcher.system import ensure_pdf_packages
from launcher.talk import Refusal, Talk

DEFAULT_PORT = 8000


def up(checkout: Checkout, arguments: list[str], talk: Talk) -> int:
    """Set up, start, tell where to go, wait, stop. Returns the exit status."""
    started = time.monotonic()
    port = _parse(arguments).port
    folder = DataFolder(checkout.default_data_dir())
    for wanted in STOP_SIGNALS:
        signal.signal(wanted, _interrupt)
    talk.say("千葉市 区役所ポータルを始めます / starting the ward office portal")
    with reserve_port(port) as listener:
        folder.create()
        with folder.held():
            ensure_environment(checkout, talk)
            ensure_pdf_packages(talk, folder.path / "system-packages-missing")
            supervisor = Supervisor(talk)
            try:
                environ = _start_servers(checkout, folder, supervisor, talk, port)
                accounts = _prepare(checkout, {**environ, **folder.owner_environ()})
                for service in services(checkout, folder, environ, listener):
                    _run(supervisor, service, talk)
                talk.say(welcome(port, folder, accounts, time.monotonic() - started))
                supervisor.watch()
                talk.say("\n止めています / stopping")
            finally:
                supervisor.stop()
    talk.say("止まりました。データは残っています / stopped, data kept")
    return 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="manage.py up", description="ポータル全体をこのマシンで動かします / run the whole portal here"
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="ポート番号 / port (8000)")
    return parser.parse_args(arguments)


def _start_servers(
    checkout: Checkout, folder: DataFolder, supervisor: Supervisor, talk: Talk, port: int
) -> Mapping[str, str]:
    folder.secrets()
    folder.choose_ports()
    _run(supervisor, postgres_service(checkout, folder, talk), talk)
    _run(supervisor, broker_service(checkout, folder), talk)
    return {
        **inherited_environ(),
        **folder.environ(),
        "DJANGO_SETTINGS_MODULE": "chiba_ward.settings.local",
        "PORTAL_BASE_URL": f"http://{HOST}:{port}",
    }


def _run(supervisor: Supervisor, service: Service, talk: Talk) -> None:
    with talk.step(f"{service.label}を起動しています / starting {service.child.name}"):
        supervisor.run(service)


def _prepare(checkout: Checkout, environ: Mapping[str, str]) -> str:
    """Tables (as their owner), demo city, static files, translations: in one process. Returns the demo accounts."""
    outcome = subprocess.run(
        [str(checkout.python), "-m", "launcher.prepare"],
        cwd=checkout.root,
        env=dict(environ),
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        check=False,
        preexec_fn=dying_with_parent(signal.SIGTERM),
    )
    if outcome.returncode:
        raise Refusal(
            "準備の途中で止まりました。上の表示を確かめて、もう一度お試しください (途中までの準備は続きから行われます)。",
            "Preparation failed, see above; the next start goes on from where it stopped.",
        )
    return outcome.stdout


def welcome(port: int, folder: DataFolder, accounts: str, seconds: float) -> str:
    """What a person needs to begin: addresses, accounts, where the data is, how to stop."""
    address = f"http://{HOST}:{port}"
    return "\n".join(
        (
            "",
            f"■ 動いています ({seconds:.1f}秒) / running",
            f"    市民の画面 / residents      {address}/",
            f"    職員の画面 / ward staff     {address}/admin/",
            f"    関係機関の画面 / partners   {address}/partner/",
            f"    進み具合 / progress         {address}/progress/",
            f"    システム連携 / API          {address}/api/v1/docs/",
            "",
            accounts.rstrip(),
            "",
            f"    データと記録 / data, logs   {folder.path}",
            "    止めるには Ctrl-C / Ctrl-C stops everything",
        )
    )


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
