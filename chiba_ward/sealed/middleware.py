"""What a page does about a value that does not open: it says so, and shows nothing of it."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from chiba_ward.sealed.envelope import SealError

log = structlog.get_logger(__name__)


class SealErrorMiddleware:
    """Anything else that goes wrong is left to Django."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, SealError):
            return None
        # The message holds table, column, row and key id by construction; without a traceback nothing else is told.
        log.error("seal_refused", kind=type(exception).__name__, place=str(exception))
        return HttpResponse(render_to_string("sealed/unreadable.html"), status=500)
