"""Nothing that a person typed, and nothing that names one, reaches a log line."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from django.db import IntegrityError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from gunicorn.config import Config

from chiba_ward.access.public import public
from chiba_ward.settings.logs import FORMATTER, LOGGING, SafeFormatter, scrub
from chiba_ward.settings.server_log import ServerLogger
from chiba_ward.urls import urlpatterns as portal_urls

CANARY = "カナリア-canary-7731"
FORMAT = {key: value for key, value in FORMATTER.items() if key != "()"}
handler500 = "chiba_ward.ui.views.server_error"


@public
def failing(request: HttpRequest) -> HttpResponse:
    """Breaks as a careless view would: a message that quotes the form, from an error that quotes the row."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT CAST(%s AS integer)", [request.POST.get("worry-zq", CANARY)])
    except Exception as error:
        raise RuntimeError(f"could not file {request.POST} {request.GET} for {request.META}") from error
    return HttpResponse()


urlpatterns = [path("failing/", failing), *portal_urls]


class Captured(io.StringIO):
    def events(self) -> list[dict[str, Any]]:
        """Every line, which must be one JSON object."""
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def captured() -> Iterator[Captured]:
    """What the console of production would show, of every logger that has a handler there."""
    written = Captured()
    handler = logging.StreamHandler(written)
    handler.setFormatter(SafeFormatter(**FORMAT))
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in LOGGING["loggers"])]
    loggers = [one for one in loggers if one.name == "root" or not one.propagate]
    for one in loggers:
        one.addHandler(handler)
    yield written
    for one in loggers:
        one.removeHandler(handler)


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_a_failing_view_leaves_type_and_frames_but_no_word_of_the_person(captured: Captured) -> None:
    client = Client(
        raise_request_exception=False, REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT=f"{CANARY} browser"
    )
    answer = client.post(f"/failing/?q={CANARY}", {"worry-zq": CANARY})
    assert answer.status_code == 500
    text = captured.getvalue()
    for secret in (CANARY, "canary", "%E3%82%AB", "203.0.113.9", "worry-zq", "?q"):
        assert secret not in text
    failed = next(event for event in captured.events() if event["event"] == "request_failed")
    assert failed["request"] == "POST /failing/"
    assert [link["type"] for link in failed["exception"]] == [
        "RuntimeError",
        "django.db.utils.DataError",
        "psycopg2.errors.InvalidTextRepresentation",
    ]
    assert any(frame.endswith("failing") for frame in failed["exception"][0]["frames"])
    assert all(event["request_id"] for event in captured.events() if "request" in event)


@pytest.mark.django_db
def test_who_asked_is_in_no_line(captured: Captured, resident_client: Client, resident: Any) -> None:
    resident_client.get("/my/", {"q": CANARY}, REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT="Firefox")
    finished = [event for event in captured.events() if event["event"] == "request_finished"]
    assert finished[0]["code"] == 200
    assert not {"user_id", "ip", "user_agent"} & {key for event in captured.events() for key in event}
    for secret in (resident.email, CANARY, "203.0.113.9", "Firefox"):
        assert secret not in captured.getvalue()


def test_an_unknown_address_is_not_quoted(captured: Captured) -> None:
    token = "s" * 43
    logging.getLogger("django.request").warning("Not Found: %s", f"/partner/link/{token}/")
    assert token not in captured.getvalue()
    assert "/partner/link/…/" in captured.getvalue()


def test_exceptions_given_as_values_are_named(captured: Captured) -> None:
    error = IntegrityError(f"Key (name)=({CANARY}) already exists.")
    structlog.get_logger("portal").error("kept", error=error, inner={"email": CANARY, "of": [error]})
    logging.getLogger("library").error("failed: %s", error)
    logging.getLogger("library").error(error)  # type: ignore[arg-type]  # gunicorn does exactly this
    try:
        raise error
    except IntegrityError:
        logging.getLogger("library").exception("failed")
    assert CANARY not in captured.getvalue()
    assert all("IntegrityError" in json.dumps(event) for event in captured.events())


def test_what_celery_says_of_a_failed_task(captured: Captured) -> None:
    context = {
        "id": "4711",
        "name": "chiba_ward.some.task",
        "args": f"('{CANARY}',)",
        "exc": f"ValueError('{CANARY}')",
    }
    context |= {"description": "raised unexpected", "traceback": f"ValueError: {CANARY}"}
    logging.getLogger("celery.app.trace").error(
        "Task %(name)s[%(id)s] %(description)s: %(exc)s\n%(traceback)s", context, extra={"data": context}
    )
    (event,) = captured.events()
    assert event["event"].startswith("Task chiba_ward.some.task[4711] raised unexpected: ")
    assert CANARY not in captured.getvalue()
    assert CANARY in context["exc"]


def test_an_object_that_json_does_not_know_shows_its_type_alone(captured: Captured) -> None:
    structlog.get_logger("portal").info("seen", what=SimpleNamespace(name=CANARY))
    assert captured.events()[0]["what"] == "<types.SimpleNamespace>"


def test_gunicorn_speaks_the_same_json(capsys: pytest.CaptureFixture[str]) -> None:
    logger = ServerLogger(Config())
    try:
        logger.warning("Invalid request from ip=203.0.113.9: bad line")
        try:
            raise ValueError(CANARY)
        except ValueError:
            logger.exception("Error handling request %s", f"/search/?q={CANARY}")
    finally:
        logging.getLogger("gunicorn.error").handlers.clear()
    bad, failed = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert bad["event"] == "Invalid request from ip=…: bad line"
    assert failed["event"] == "Error handling request /search/"
    assert failed["exception"][0]["type"] == "ValueError"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("GET /search/?q=山田", "GET /search/"),
        ("from 2001:db8::1 at 12:30:45", "from … at 12:30:45"),
        ("Listening at: http://127.0.0.1:8000 (12)", "Listening at: http://127.0.0.1:8000 (12)"),
        ("mail to hanako@example.jp was refused", "mail to …@… was refused"),
        ("/documents/0b8d6c1e-7f0a-4d0c-9b3e-2f1a6f0c9d11/file", "/documents/0b8d6c1e-7f0a-4d0c-9b3e-2f1a6f0c9d11/file"),
        ("Exception during worker exit:\nTraceback (most recent call last):\n  x\nE: 山田", "Exception during worker exit:\nTraceback …"),
        ("本当に?", "本当に"),
    ],
)  # fmt: skip
def test_scrubbed_text(written: str, kept: str) -> None:
    assert scrub(written) == kept


def test_a_long_chain_of_errors_ends() -> None:
    written = Captured()
    handler = logging.StreamHandler(written)
    handler.setFormatter(SafeFormatter(**FORMAT))
    first, second = ValueError(CANARY), KeyError(CANARY)
    first.__cause__, second.__cause__ = second, first
    record = logging.LogRecord("x", logging.ERROR, "", 1, "loop", (), (ValueError, first, None))
    handler.handle(record)
    assert [link["type"] for link in written.events()[0]["exception"]] == ["ValueError", "KeyError"]
    assert sys.exc_info() == (None, None, None)
