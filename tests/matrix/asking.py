"""One request of one person, and what came of it: status, words, and which tables were written."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from tests.guards.plugins.writes import tables_written
from tests.matrix.cells import Asking
from tests.matrix.probes import NUMBER, Asked
from tests.matrix.stages import World

# Counted by every request or kept beside the matter; none holds anything of a row.
NOT_THE_ROWS = {
    "django_session",
    "access_throttle",
    "portal_cache",
    "usersessions_usersession",
    "pghistory_context",
}
READ_LOG = re.compile(r"^access_read")
SIGN_IN = ("/account/login/", "/admin/login/", "/account/reauthenticate/")
REFUSED = frozenset({302, 401, 404, 409, 422})
REASON_FIRST = "/admin/outside-duty/reason/"


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str
    written: frozenset[str]
    sign: str = ""
    """By what a page of this row is known."""

    @property
    def leads_to_sign_in(self) -> bool:
        return self.location.startswith(SIGN_IN)

    @property
    def is_missing(self) -> bool:
        """What is not there, or is not for whoever has not signed in."""
        return self.status == 404 or self.leads_to_sign_in

    def leads_to(self, views: Any) -> bool:
        try:
            return self.status == 302 and resolve(self.location.split("?")[0]).view_name in views
        except Resolver404:
            return False

    @property
    def opens(self) -> bool:
        """The page, or the question why, which whoever is outside their duty answers first (C21)."""
        return self.status == 200 or self.location.startswith(REASON_FIRST)


def forget_tries() -> None:
    """Counts of tries are committed for good; one cell must not keep the next one out."""
    from chiba_ward.access import throttle

    with throttle._own_transaction() as apart, apart.cursor() as cursor:
        cursor.execute("DELETE FROM access_throttle")


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves no trace, not even when it fails."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(asking: Asking, client: Client, world: World) -> Answer:
    """Put the row into the state that the act needs, ask once over HTTP, and undo everything."""
    cookies = copy(client.cookies)
    if asking.probe.is_throttled:
        forget_tries()
    try:
        with undone():
            with world.everywhere():
                question = _question(asking, world)
            return _answer(asking, question, client)
    finally:
        client.cookies = cookies


@dataclass(frozen=True)
class Question:
    path: str
    payload: dict[str, Any] | None
    sign: str


def _question(asking: Asking, world: World) -> Question:
    stage, probe = asking.stage, asking.probe
    row = world.row(stage.object_name, stage.name) if stage else None
    asked = Asked(world, stage, row, asking.person)
    if probe.prepare and stage and stage.still is None:
        probe.prepare(asked)
        row.refresh_from_db()
    path = probe.path(asked)
    return Question(path, probe.post(asked) if probe.post else None, _sign(asking, asked))


def _answer(asking: Asking, question: Question, client: Client) -> Answer:
    if question.payload is None:
        return replace(request(client, "get", question.path), sign=question.sign)
    payload = question.payload
    if asking.probe.from_form and asking.allowed:
        payload = form_on(client.get(question.path).content.decode())
    return request(client, "post", question.path, payload)


def _sign(asking: Asking, asked: Asked) -> str:
    if asking.probe.says == NUMBER:
        return str(asked.row.receipt_no)
    return asking.stage.canary if asking.stage else ""


def request(client: Client, method: str, path: str, data: dict[str, Any] | None = None) -> Answer:
    written: set[str] = set()

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        written.update(tables_written(str(sql)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        response = getattr(client, method)(path, data or {})
        text = words_of(response)
    tables = {name for name in written - NOT_THE_ROWS if not READ_LOG.match(name)}
    return Answer(response.status_code, response.headers.get("Location", ""), text, frozenset(tables))


def words_of(response: HttpResponseBase) -> str:
    """Everything that the browser gets: headers, cookies and body."""
    body = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]  # either
    head = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return "\n".join([head, response.cookies.output(), unescape(body.decode("utf-8", errors="replace"))])


FIELD = re.compile(r"<(input|select|textarea)\b([^>]*)>(?:(.*?)</\1>)?", re.DOTALL)
ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')


def form_on(page: str) -> dict[str, Any]:
    """What the form of a page of the stock admin would send as it stands."""
    form = re.search(r'<form[^>]*id="\w+_form".*?</form>', page, re.DOTALL)
    values: dict[str, Any] = {}
    for kind, raw, inside in FIELD.findall(form[0] if form else ""):
        attributes = dict(ATTRIBUTE.findall(raw))
        name = attributes.get("name", "")
        if not name or attributes.get("type") in ("submit", "file", "button"):
            continue
        if kind == "select":
            chosen = re.findall(r'<option value="([^"]*)"[^>]*selected', inside)
            values[name] = chosen if "multiple" in attributes else (chosen or [""])[0]
        elif kind == "textarea":
            values[name] = unescape(inside).strip("\n")
        elif attributes.get("type") not in ("checkbox", "radio") or "checked" in attributes:
            values[name] = unescape(attributes.get("value", "on" if "checked" in attributes else ""))
    return values


def problems(asking: Asking, answer: Answer) -> Iterator[str]:
    """What is wrong with this answer, in words."""
    yield from (_of_allowed if asking.allowed else _of_denied)(asking, answer)


def _of_allowed(asking: Asking, answer: Answer) -> Iterator[str]:
    probe = asking.probe
    if probe.method == "GET":
        yield from _of_page(asking, answer)
    elif probe.leads_to or probe.tells:
        if not (answer.leads_to(probe.leads_to) or (probe.tells and answer.status == 200)):
            yield f"is permitted and got {answer.status} {answer.location}"
    elif answer.status not in (200, 302) or answer.leads_to_sign_in:
        yield f"is permitted and got {answer.status} {answer.location}"
    elif not answer.written and not (probe.from_form and answer.status == 200):
        yield f"is permitted and nothing was written ({answer.status} {answer.location})"


def _of_page(asking: Asking, answer: Answer) -> Iterator[str]:
    if answer.status not in asking.probe.answers or answer.leads_to_sign_in:
        yield f"is permitted and got {answer.status} {answer.location}"
    elif asking.probe.shows and asking.stage and answer.sign not in answer.text:
        yield "is permitted and did not see the row"
    if answer.written:
        yield f"a GET wrote {sorted(answer.written)}"


def _of_denied(asking: Asking, answer: Answer) -> Iterator[str]:
    if answer.written:
        yield f"is not permitted and wrote {sorted(answer.written)}"
    if asking.stage and not asking.sees and asking.stage.canary in answer.text:
        yield "may not know of the row and its words are in the answer"
    if asking.probe.own_row_only:
        return
    if answer.status not in REFUSED:
        yield f"is not permitted and got {answer.status}"
    if asking.sees:
        return
    if not answer.is_missing and not answer.leads_to(asking.probe.refused) and answer.status != 401:
        yield f"may not know of the row and got {answer.status} {answer.location} instead of 404"


def sign_in_page() -> str:
    return reverse("account_login")
