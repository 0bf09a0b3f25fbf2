"""How many statements a request sends to PostgreSQL, for the bench and for the baselines of the suite alike.

Counted is every statement that reads or writes rows. Named apart are savepoints, which a transaction inside another
one costs. BEGIN and COMMIT are not counted (psycopg2 sends BEGIN with the first statement), nor is the `SELECT 1` by
which Django asks a persistent connection whether it still lives.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

HEADER = "X-Bench"
CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK")


@dataclass
class Count:
    """`seconds` is what the application waited for PostgreSQL; `texts` are the statements, for a person to read."""

    statements: int = 0
    savepoints: int = 0
    seconds: float = 0.0
    texts: list[str] = field(default_factory=list)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - begun
            if sql.startswith(CONTROL):
                self.savepoints += 1
            else:
                self.statements += 1
                self.texts.append(sql)


@contextmanager
def counted() -> Iterator[Count]:
    count = Count()
    with connection.execute_wrapper(count):
        yield count


class CountingMiddleware:
    """Says in a header what a request asked of the database until its answer begins, and how long it computed.

    The seconds of the processor do not depend on who else uses the machine."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.thread_time()
        with counted() as count:
            response = self.get_response(request)
        busy = time.thread_time() - begun
        response[HEADER] = f"{count.statements} {count.savepoints} {count.seconds:.6f} {busy:.6f}"
        return response
