"""Stops a request at a named point, so that the test can kill the process there. In the settings of the faults alone."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

HEADER = "X-Stand-Still"
BEFORE_COMMIT, AFTER_COMMIT = "before-commit", "after-commit"
LONGEST = 20.0


class StandStillMiddleware:
    """`X-Stand-Still: before-commit` or `after-commit`; the process notes its number and waits to be killed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        point = request.headers.get(HEADER, "")
        if point == BEFORE_COMMIT:
            with connection.execute_wrapper(wait_after_last_write):
                return self.get_response(request)
        response = self.get_response(request)
        if point == AFTER_COMMIT:
            stand_still(point)
        return response


def wait_after_last_write(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """The draft gets its matter in the last statement before COMMIT: everything is written, nothing is kept.

    The history triggers put their context in front of a statement, so it is looked for anywhere.
    """
    result = execute(sql, params, many, context)
    if 'UPDATE "casework_draft"' in sql and '"matter_id" =' in sql:
        assert connection.in_atomic_block
        stand_still(BEFORE_COMMIT)
    return result


def stand_still(point: str) -> None:
    note_of(Path(settings.DATA_DIR), point).write_text(str(os.getpid()), encoding="utf-8")
    time.sleep(LONGEST)


def note_of(data: Path, point: str) -> Path:
    return data / f"standing-{point}"
