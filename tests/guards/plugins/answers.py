"""Every answer that any test sees, from Django's test client or a browser, passes through here."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test.client import ClientHandler

from tests.guards.plugins import headers, markup, read_log, writes
from tests.guards.plugins.faults import note

FRAGMENTS = frozenset({"documents:state"})  # polled into a page by htmx, and without it never asked for


def problems(request: HttpRequest, response: HttpResponseBase) -> Iterator[str]:
    """Each broken rule of this answer."""
    yield from headers.problems(response)
    yield from read_log.problems(request, response)
    if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
        return
    text = response.content.decode(response.charset)  # type: ignore[attr-defined]  # not streaming
    yield from markup.problems(text)
    if text.strip() and "<html" not in text[:2000].lower() and not _is_fragment(request):
        yield "a fragment where a whole page is expected"


def _is_fragment(request: HttpRequest) -> bool:
    match = request.resolver_match
    return bool(request.headers.get("HX-Request") or (match and match.view_name in FRAGMENTS))


@pytest.fixture(scope="session", autouse=True)
def _every_answer_is_checked() -> Iterator[None]:
    original: Callable[..., Any] = BaseHandler.get_response

    def get_response(handler: BaseHandler, request: HttpRequest) -> HttpResponseBase:
        with writes.watched(request.method or "", request.path):
            response: HttpResponseBase = original(handler, request)
        found = list(problems(request, response))
        if found:
            fault = note(
                f"{request.method} {request.path} ({response.status_code}):\n  " + "\n  ".join(found)
            )
            if isinstance(handler, ClientHandler):
                raise fault
        return response

    BaseHandler.get_response = get_response  # type: ignore[method-assign]  # the point of the exercise
    yield
    BaseHandler.get_response = original  # type: ignore[method-assign]
