"""Writes what a request has shown: one row, after the view and outside its transaction (ASSURANCE AU1, AU3, finding 4).

Before the answer leaves, though: a page of personal data whose row cannot be written is not shown.
"""

from collections.abc import Callable
from functools import partial, reduce

import structlog
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from chiba_ward.access import throttle
from chiba_ward.access.actor import Actor, actor_of_request
from chiba_ward.access.enums import ActorKind, Verb
from chiba_ward.access.readlog.collector import Collector, collecting
from chiba_ward.access.readlog.entries import Entry, kind_of_actor, pseudonym, row_of
from chiba_ward.access.readlog.kinds import target_of
from chiba_ward.access.readlog.places import counts_refusals, route_of
from chiba_ward.access.readlog.writing import write
from chiba_ward.ui.views import server_error

GetResponse = Callable[[HttpRequest], HttpResponse]
REFUSALS = (403, 404)
UNPROVED = (
    401  # like the way to the sign-in page: nothing was shown, and strangers cannot fill the table with it
)
# The table can never be emptied: what visitors without any sign-in may add to it in a day, by network.
REFUSALS_OF_STRANGERS = 200
DIGITS = 19  # more do not fit a column
STRANGER = Actor()

log = structlog.get_logger(__name__)


class AskFirst(Exception):
    """Raised by a view that shows nothing yet: the reader goes to `url` first, to give a reason."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class ReadLogMiddleware:
    """Stands outside of whatever opens a transaction, signs people in or refuses them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        open_before = len(connection.atomic_blocks)
        with collecting(partial(_write_part, request)) as collector:
            response = self.get_response(request)
        if len(connection.atomic_blocks) != open_before:
            raise RuntimeError("the read log is written outside the transaction of the view")
        collector.written = _entries(request, response, collector)
        request.read_log = collector  # type: ignore[attr-defined]  # the guard of the suite looks here
        if not collector.written:
            return response
        try:
            _write(request, collector.written, response.status_code)
        except DatabaseError:
            log.exception("read_log_not_written")
            return _withheld(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return redirect(exception.url) if isinstance(exception, AskFirst) else None


def _withheld(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """An error in the place of the page, under the headers that the middleware inside has given it."""
    page = server_error(request)
    for name, value in response.headers.items():
        if not name.startswith(("Content-", "Location")):
            page.headers.setdefault(name, value)
    return page


def _entries(request: HttpRequest, response: HttpResponse, collector: Collector) -> list[Entry]:
    if response.status_code == UNPROVED:
        return list(collector.events)
    if response.status_code not in REFUSALS:
        return [*collector.events, *collector.readings()]
    refused = [_refusal(request)] if counts_refusals(request) else []
    return [*collector.events, *refused]


def _refusal(request: HttpRequest) -> Entry:
    """What was asked for: its id where the address holds one or the number leads to one, else a stand-in."""
    match = request.resolver_match
    asked = match.kwargs if match else {}
    named = [
        entry for name, value in asked.items() if match and (entry := _asked(match.view_name, name, value))
    ]
    if not named:
        return Entry(Verb.DENIED, keys=tuple(pseudonym(value) for value in asked.values()))
    return reduce(Entry.joined, named)


def _asked(view: str, name: str, value: object) -> Entry | None:
    target, text = target_of(view, name), str(value)
    if target is None:
        return None
    if target.find:
        found = target.find(text)
        return (
            Entry(Verb.DENIED, target.kind, (found,), (), (found,)) if found else _unknown(target.kind, text)
        )
    if text.isascii() and text.isdigit() and len(text) < DIGITS:
        return Entry(Verb.DENIED, target.kind, (int(text),))
    return _unknown(target.kind, text)


def _unknown(kind: str, text: str) -> Entry:
    return Entry(Verb.DENIED, kind, (), (pseudonym(text),))


def _write_part(request: HttpRequest, entries: list[Entry]) -> None:
    """A part of a streamed file, written while it leaves."""
    _write(request, entries, 200)


def _write(request: HttpRequest, entries: list[Entry], status: int) -> None:
    actor = actor_of_request(request)
    actor = STRANGER if actor == STRANGER else actor  # a request is never the system's own
    kept = [entry for entry in entries if not _is_flood(request, entry, entry.actor or actor)]
    route, number = route_of(request), _number_of(request)
    write(row_of(entry, actor, result=status, route=route, request_id=number) for entry in kept)


def _is_flood(request: HttpRequest, entry: Entry, actor: Actor) -> bool:
    if entry.verb not in (Verb.DENIED, Verb.TRY_REFUSED) or kind_of_actor(actor) != ActorKind.NOBODY:
        return False
    try:
        throttle.allowed(f"refusals:{throttle.bucket_of(request)}", free=REFUSALS_OF_STRANGERS)
    except throttle.TooManyTries:
        log.warning("refusals_not_kept", verb=str(entry.verb))
        return True
    return False


def _number_of(request: HttpRequest) -> str:
    """The request's number in the technical log, so that the two can be laid side by side."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))
