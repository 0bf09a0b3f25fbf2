"""A line that loses answers: what is sent reaches the portal, what comes back does not arrive (F17)."""

import contextlib
import socket
import threading

from tests.faults.people import SECONDS


class LossyLine:
    """Forwards a request, reads the whole answer, drops it, and cuts the line. `dropped` counts."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.dropped = 0
        self._server = socket.socket()
        self._server.bind(("127.0.0.1", 0))
        self._server.listen(16)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.getsockname()[1]}"

    def close(self) -> None:
        with contextlib.suppress(OSError):  # not connected: it only wakes the thread
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._server.accept()
            except OSError:
                return
            with caller, socket.create_connection(("127.0.0.1", self.target), timeout=SECONDS) as portal:
                caller.settimeout(SECONDS)
                portal.sendall(_request(caller))
                while portal.recv(65536):  # to its end: the portal has answered
                    pass
                self.dropped += 1


def _request(caller: socket.socket) -> bytes:
    """One request with its body; the client closes the line after each, and says how long the body is."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += caller.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [
        line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
    ]
    while lengths and len(body) < int(lengths[0]):
        part = caller.recv(65536)
        data, body = data + part, body + part
    return data
