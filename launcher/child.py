"""Processes that never outlive the launcher."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from launcher.folder import open_log

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def dying_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends the signal when the launcher is gone, even by kill -9.

    Also gives the child the normal signal mask, since the launcher waits with signals blocked.
    """
    launcher = os.getpid()

    def prepare() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        _LIBC.prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != launcher:
            os._exit(1)

    return prepare


def interruptible(prepare: Callable[[], None]) -> Callable[[], None]:
    """For a command in the foreground while the launcher itself ignores Ctrl-C."""

    def prepare_and_listen() -> None:
        prepare()
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    return prepare_and_listen


@dataclass
class Child:
    """One server or worker in a process group of its own, so that Ctrl-C reaches the launcher alone.

    `stopping` are the signals tried in order, each with the seconds it is given.
    """

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    log: Path
    cwd: Path
    stopping: Sequence[tuple[signal.Signals, float]] = ((signal.SIGTERM, 10.0),)
    death_signal: signal.Signals = signal.SIGTERM
    pass_fds: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        with open_log(self.log) as log:
            self.process = subprocess.Popen(
                self.command,
                env=dict(self.environ),
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=self.pass_fds,
                start_new_session=True,
                preexec_fn=dying_with_parent(self.death_signal),
            )

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    def ended(self) -> int | None:
        """The exit status of a child that is not running any more, else None."""
        return self.process.poll() if self.process else None

    def ask_to_stop(self) -> None:
        """Send the first signal without waiting, so that several children wind down side by side."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.stopping[0][0])

    def stop(self) -> None:
        """End the child and everything it started."""
        if self.process is None:
            return
        for wanted, seconds in self.stopping:
            if self.process.poll() is None:
                self.process.send_signal(wanted)
                self._wait(seconds)
        self.kill()

    def kill(self) -> None:
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):  # the whole group is gone already: what was wanted
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _wait(self, seconds: float) -> None:
        assert self.process
        with contextlib.suppress(subprocess.TimeoutExpired):  # the next, stronger signal follows
            self.process.wait(seconds)

    def last_lines(self, count: int = 15) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])
