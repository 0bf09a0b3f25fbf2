"""Receiving a consultation needs PostgreSQL and nothing else, and what is promised is kept count of (DESIGN §2)."""

import socket
from typing import Any

import pytest
from django.test import Client

from chiba_ward.access.actor import Actor
from chiba_ward.directory.models import Ward
from chiba_ward.outbox.models import OutboxEntry
from chiba_ward.outbox.publishing import breaker
from consultations.models import Consultation
from consultations.services import filing
from consultations.services.filing import Filing
from tests.consultations.citizen_support import send
from tests.patience import ends

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city", "monday")]


def file(body: str = "", **fields: Any) -> Consultation:
    return filing.file(Filing(chief_concern="見本", body=body, **fields), by=Actor()).consultation


@pytest.fixture
def no_broker(settings: Any) -> str:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.CELERY_BROKER_URL = f"redis://:x@127.0.0.1:{port}/0"
    breaker.reset()
    return str(settings.CELERY_BROKER_URL)


@pytest.mark.django_db(transaction=True)
def test_filing_succeeds_promptly_while_the_broker_is_down(client: Client, no_broker: str, city: Any) -> None:
    """Done means: a filing succeeds while Redis is down. The mail stays owed."""
    with ends():
        number, phrase = send(client, contact={"preferred": "email", "email": "mihon@example.test"})
    assert number
    assert phrase
    assert Consultation.objects.count() == 1
    assert OutboxEntry.objects.filter(done_at=None).exists()


@pytest.mark.parametrize(("body", "day"), [
    ("ふつうの相談です", "2026-05-14"), ("督促状が来ます", "2026-05-12"), ("死にたいです", "2026-05-11"), ("夫に殺される", "2026-05-11"),
])  # fmt: skip
def test_the_promise_follows_the_most_urgent_phrase_in_opening_days(body: str, day: str) -> None:
    filed = filing.file(Filing(chief_concern="見本", body=body), by=Actor())
    assert filed.promise_at.date().isoformat() == day


def test_the_ward_of_the_person_concerned_decides_the_desk() -> None:
    """DOMAIN R4; without a ward the triage desk takes it."""
    assert file(ward=Ward.objects.get(slug="wakaba")).desk_office.ward.slug == "wakaba"
    assert file(ward=None).desk_office.is_triage_desk


def test_phrases_raise_and_never_set_the_urgency() -> None:
    """DOMAIN R1: hits are kept with their phrase; the urgency stays a human's."""
    case = file("死にたいと思うことがあります")
    assert case.urgency == ""
    assert case.risk_rank == 1
    assert case.hits[0]["phrase"] == "死にたい"
    assert "suicide_risk" in case.flags
