"""A small clamd: speaks the daemon's protocol byte for byte, and misbehaves on request.

The answers are those that clamd 1.4.6 gave to the same bytes; `test_clamd_real.py` compares the two.
"""

import socket
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path


class ClamdServer:
    """Finds what contains one of `signatures`; `mode` is how it behaves from the next connection on.

    ok · away (refuses connections) · hang (accepts and says nothing) · slow (answers after `delay`) · garbage ·
    closes (in the middle of the stream) · cut (an answer without its end) · endless (an answer without end) ·
    liar (OK before it has read everything) · limits (stopped looking)
    """

    def __init__(self, path: Path | None = None) -> None:
        self.signatures: dict[str, bytes] = {}
        self.mode, self.delay, self.limit = "ok", 0.0, 1024**2 * 100
        self.seen: list[bytes] = []
        self.asked: list[bytes] = []
        self._path = path
        self._port = 0
        self._open: list[socket.socket] = []
        self._listener: socket.socket | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"unix:{self._path}" if self._path else f"tcp://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Begin, or come back at the same address."""
        if self._path:
            self._path.unlink(missing_ok=True)
            self._listener = socket.socket(socket.AF_UNIX)
            self._listener.bind(str(self._path))
        else:
            self._listener = socket.socket()
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._listener.bind(("127.0.0.1", self._port))
            self._port = self._listener.getsockname()[1]
        self._listener.listen(16)
        threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def stop(self) -> None:
        """Away: connections are refused."""
        if self._listener:
            # close() alone leaves the accepting thread, and with it the port, alive.
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        for line in self._open:
            line.close()
        self._open.clear()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[line], daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        line.settimeout(20)
        try:
            if self.mode == "hang":
                self._open.append(line)
                return
            answer = self._answer(line)
            if answer is not None:
                line.sendall(answer)
                line.shutdown(socket.SHUT_WR)
                # Closing with bytes unread would tear the answer away; of a long rest, clamd tears it away too.
                line.settimeout(0.2)
                line.recv(64 * 1024)
        except OSError:
            pass
        if self.mode != "hang":
            line.close()

    def _answer(self, line: socket.socket) -> bytes | None:
        command = _until(line, b"\0")
        self.asked.append(command)
        if command == b"zPING":
            return b"PONG\0"
        if command == b"zVERSION":
            return b"ClamAV 1.4.6/27500/Mon Nov 23 10:00:00 2026\0"
        if command == b"zINSTREAM":
            return self._behaviours().get(self.mode, self._scanned)(line)
        return b"UNKNOWN COMMAND\0"

    def _behaviours(self) -> dict[str, Callable[[socket.socket], bytes | None]]:
        return {
            "garbage": lambda line: self._after(line, b"<html>502 Bad Gateway</html>\0"),
            "closes": lambda line: _some(line, 10) and None,
            "cut": lambda line: self._after(line, b"stream: OK"),
            "endless": lambda line: self._after(line, b"stream: " + b"O" * 5_000),
            "liar": lambda line: b"stream: OK\0",
            "limits": lambda line: self._after(
                line, b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0"
            ),
            "two": lambda line: self._after(line, b"stream: OK\0stream: OK\0"),
        }

    def _after(self, line: socket.socket, answer: bytes) -> bytes:
        self._read(line)
        return answer

    def _scanned(self, line: socket.socket) -> bytes:
        content = self._read(line)
        if content is None:
            return b"INSTREAM size limit exceeded. ERROR\0"
        time.sleep(self.delay)
        self.seen.append(content)
        for name, pattern in self.signatures.items():
            if pattern in content:
                return f"stream: {name} FOUND\0".encode()
        return b"stream: OK\0"

    def _read(self, line: socket.socket) -> bytes | None:
        """The whole stream; None as soon as it is more than the limit, with the rest unread."""
        content = b""
        while length := struct.unpack(">I", _some(line, 4))[0]:
            if len(content) + length > self.limit:
                return None
            content += _some(line, length)
        return content


def _until(line: socket.socket, end: bytes) -> bytes:
    said = b""
    while not said.endswith(end):
        said += _some(line, 1)
    return said[: -len(end)]


def _some(line: socket.socket, count: int) -> bytes:
    said = b""
    while len(said) < count:
        part = line.recv(count - len(said))
        if not part:
            raise OSError("the other side is gone")
        said += part
    return said
