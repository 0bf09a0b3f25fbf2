"""One browser: a connection that stays open, cookies as written down, and a stopwatch around each answer."""

import http.client
import select
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

FORM = "application/x-www-form-urlencoded"


class WrongAnswerError(Exception):
    """The answer is not the page that was to be measured."""


@dataclass(frozen=True)
class Answer:
    """`seconds` from the first byte sent to the last one read; the rest is what `bench.counting` says."""

    seconds: float
    statements: int
    savepoints: int
    waited: float
    busy: float
    size: int


class Browser:
    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(address, timeout=300)

    def ask(self, ask: dict[str, Any]) -> Answer:
        """Raises WrongAnswerError for another status than expected, or a page without its mark."""
        data = ask.get("data")
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in ask.get("cookies", {}).items())}
        body = None
        if data is not None:
            body, headers["Content-Type"] = urlencode(data).encode(), FORM
        try:
            self._open_again_if_closed()
            begun = time.perf_counter()
            self._connection.request("GET" if data is None else "POST", ask["path"], body, headers)
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise WrongAnswerError(f"{ask['path']}: {type(error).__name__}") from error
        seconds = time.perf_counter() - begun
        self._check(ask, response, content)
        statements, savepoints, waited, busy = (response.headers.get("X-Bench") or "0 0 0 0").split()
        return Answer(seconds, int(statements), int(savepoints), float(waited), float(busy), len(content))

    def _check(self, ask: dict[str, Any], response: http.client.HTTPResponse, content: bytes) -> None:
        if response.status != ask.get("status", 200) or ask.get("shows", "").encode() not in content:
            raise WrongAnswerError(
                f"{ask['path']}: {response.status} {response.headers.get('Location', '')} ({len(content)} bytes)"
            )

    def _open_again_if_closed(self) -> None:
        """The server closes an idle connection; a new one is not part of what is measured."""
        sock = self._connection.sock
        if sock is None or select.select([sock], [], [], 0)[0]:
            self._connection.close()
            self._connection.connect()
