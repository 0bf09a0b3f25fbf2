"""Which of the launcher's ways a command takes."""

from __future__ import annotations

import sys

from launcher.bench import bench
from launcher.checkout import this_checkout
from launcher.django_command import run_here, run_with_servers, servers_are_given
from launcher.environment import ensure_environment
from launcher.suite import test
from launcher.system import ensure_test_packages, use_unpacked
from launcher.talk import Refusal, Talk
from launcher.up import up

REFUSED, INTERRUPTED = 2, 130


def run(argv: list[str]) -> int:
    """Exit status of `manage.py` with these arguments. A refusal is said in two languages, without a traceback."""
    try:
        return _dispatch(argv)
    except Refusal as refusal:
        print(f"\n{refusal}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("\n中止しました / interrupted", file=sys.stderr)
        return INTERRUPTED


def _dispatch(argv: list[str]) -> int:
    checkout = this_checkout()
    command, arguments = (argv[1] if len(argv) > 1 else "help"), argv[2:]
    if command not in ("up", "test", "setup", "bench") and servers_are_given(argv):
        return run_here(argv)
    _require_linux()
    use_unpacked()
    if command == "up":
        return up(checkout, arguments, Talk(sys.stdout))
    if command == "test":
        return test(checkout, arguments, Talk(sys.stderr))
    if command == "setup":
        return _setup()
    if command == "bench":
        return bench(checkout, arguments, Talk(sys.stderr))
    return run_with_servers(checkout, argv, Talk(sys.stderr))


def _setup() -> int:
    """Only the environment and the system packages of the tests: for the checks and for editors."""
    talk = Talk(sys.stderr)
    ensure_environment(this_checkout(), talk, dev=True)
    ensure_test_packages(talk)
    return 0


def _require_linux() -> None:
    if not sys.platform.startswith("linux"):
        raise Refusal(
            "このコマンドは Linux (Debian・Ubuntu など) で動きます。ほかの環境では docker-compose.yml をお使いください。",
            "This command needs Linux; elsewhere use docker-compose.yml.",
        )
