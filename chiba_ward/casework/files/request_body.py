"""Bounds on a request's body before anybody reads it (ASSURANCE FI2, AV2).

The reverse proxy in front collects bodies and turns away gigantic ones; these bounds hold where there is none.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

MAX_BODY = 120 * 1024**2
# A telephone in a lift: shorter pauses are ordinary, and a longer one would keep a thread from everybody else.
SILENCE_SECONDS = 20.0


class RequestBodyMiddleware:
    """413 for a body above 120 MB, unread; a client that falls silent while it sends loses its place."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _announced(request) > MAX_BODY:
            return render(request, "413.html", status=413)
        line: Any = request.META.get("gunicorn.socket")
        if line is None or not _announced(request):
            return self.get_response(request)
        line.settimeout(SILENCE_SECONDS)
        try:
            return self.get_response(request)
        finally:
            line.settimeout(None)


def _announced(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdigit() else 0
