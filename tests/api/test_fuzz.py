"""schemathesis asks every operation of the description honest and hostile questions (IN7).

Here in-process, bounded. `FUZZ=long python3 manage.py test tests/api/test_fuzz.py` asks far more, over HTTP, as two
postings, with all checks (docs/results/api-fuzz.md). Either way in a copy of the demo city with real commits, and the
guards of the suite look at every answer.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from schemathesis import openapi
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

from consultations.models import Consultation, Referral
from tests.api.support import make_token
from tests.guards.plugins.furnish import furnish, posted

IS_LONG = os.environ.get("FUZZ") == "long"
EXAMPLES = 40 if IS_LONG else 1
PEOPLE = {"section": "korei.wakaba", **({"partner": "anshin.wakaba"} if IS_LONG else {})}
# 400 is never an answer to what fits the description; these are: rules of the house, somebody else was faster, wait.
HONEST = ["2xx", "403", "404", "409", "412", "422", "429"]
Against = tuple[list[str], int]


def config(secret: str, numbers: list[str], referrals: list[int]) -> SchemathesisConfig:
    """All checks; real numbers in most addresses. In-process, schemathesis cannot ask whether authentication can be
    left out (its WSGI client refuses its own option): tests/api/test_matrix.py asks that of every operation."""
    found: dict[str, Any] = {
        "seed": 20261123,
        "cache": {"enabled": False},
        "headers": {"Authorization": f"Bearer {secret}"},
        "dictionaries": {
            "numbers": {"values": numbers},
            "referrals": {"values": referrals},
            "versions": {"values": ['"1"', '"999999999"']},
        },
        "parameters": {
            "path.receipt_no": {"dictionary": "numbers", "probability": 0.8},
            "path.referral_id": {"dictionary": "referrals", "probability": 0.8},
            "header.If-Match": {"dictionary": "versions", "probability": 0.9},
        },
        "generation": {"max-examples": EXAMPLES, "database": "none", "allow-x00": False, "no-shrink": True},
        "phases": {"stateful": {"enabled": False}},
        "checks": {
            "positive_data_acceptance": {"expected-statuses": HONEST},
            "negative_data_rejection": {"expected-statuses": ["4xx"]},
            "missing_required_header": {"expected-statuses": ["400", "428"]},
            "ignored_auth": {"enabled": IS_LONG},
        },
    }
    return SchemathesisConfig.from_dict(found)


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """The portal's own log says enough."""


@contextmanager
def served() -> Iterator[str]:
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def asked_over_http(settings: SchemathesisConfig) -> Against:
    with served() as base:
        return against_us(openapi.from_url(f"{base}/api/v1/openapi.json", config=settings))


def asked_in_process(settings: SchemathesisConfig) -> Against:
    return against_us(openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), config=settings))


def against_us(schema: Any) -> Against:
    """What schemathesis has against us, and how many questions it asked."""
    problems: list[str] = []
    asked = 0
    for event in from_schema(schema).execute():
        if isinstance(event, (FatalError, NonFatalError)):
            problems.append(str(event))
        if isinstance(event, ScenarioFinished):
            asked += len(event.recorder.cases)
            problems += failed_checks(event)
    return problems, asked


def failed_checks(event: Any) -> list[str]:
    return [
        _told(event, case_id, check)
        for case_id, checks in event.recorder.checks.items()
        for check in checks
        if check.failure_info is not None
    ]


def _told(event: Any, case_id: str, check: Any) -> str:
    failure, case = check.failure_info.failure, event.recorder.cases[case_id].value
    found = event.recorder.interactions.get(case_id)
    answer = found.response.content.decode("utf-8", "replace")[:300] if found and found.response else ""
    return (
        f"{event.label}: {check.name}: {failure.title} {failure.message[:300]}\n"
        f"  sent {case.body!r:.300} {case.path_parameters} {case.query} {dict(case.headers or {})}\n  got {answer}"
    )


@pytest.mark.slow
@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_the_api_keeps_what_its_description_says(
    who: str, fresh_city: Callable[[], Any], settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    with fresh_city():
        furnish()
        actor = posted(PEOPLE[who])
        _, secret = make_token(actor.seat, per_minute=30_000)
        numbers = [
            case.receipt_no for case in Consultation.objects.select_related("matter").order_by("pk")[:12]
        ]
        visible = Referral.objects.visible_to(actor).order_by("pk").values_list("pk", flat=True)
        settings_of_run = config(secret, numbers, [*visible[:8], 999_999])
        problems, asked = (asked_over_http if IS_LONG else asked_in_process)(settings_of_run)
    print(f"{who}: {asked} questions, {len(problems)} problems")
    assert asked > 1000
    assert not problems, "\n".join(problems[:20])
