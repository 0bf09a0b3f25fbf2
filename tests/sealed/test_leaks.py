"""No word of a resident in a dump of the database, in the broker, in a log, in a mail or on a page that went wrong."""

import base64
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse

from chiba_ward.compartments import services as compartments
from chiba_ward.outbox import publishing
from chiba_ward.outbox import services as outbox
from chiba_ward.sealed.fields import sealed_fields
from consultations.models import Consultation
from tests.canaries.seed import live_a_little
from tests.guards.plugins.furnish import furnish, posted
from tests.launcher.test_logs import Captured
from tests.outbox.servers import Broker
from tests.sealed.canaries import CANARIES, EMAIL, WORDS, live, notice_to_closing
from tests.sealed.dumps import dump_of
from tests.sealed.support import body_of, overwrite, run

pytestmark = pytest.mark.slow
FURNISHED = {
    "area_officers", "centre", "community", "compartments", "disclosure", "matching", "protection",
    "support",
}  # fmt: skip
TELLING = 6
# Sealed where they stand in a record, and public as names of agencies, of staff and of the demo's residents.
ALSO_PUBLIC = {
    "東部児童相談所",
    "西部児童相談所",
    "配偶者暴力相談支援センター",
    "こども家庭課 見本 きよし",
    "ミホン ハナコ",
    "見本 まつり",  # officers who sign in, as representatives of their organisation
    "見本 むつみ",
}


@pytest.fixture
def lived(
    fresh_city: Any, settings: Any, captured: Captured
) -> Iterator[tuple[str, Consultation, str, Captured]]:
    """Database, case, and what lay in the broker of a city in which everything has happened once."""
    broker = Broker()
    broker.start()
    try:
        with fresh_city() as name:
            settings.CELERY_BROKER_URL = broker.url
            publishing.breaker.reset()
            logging.getLogger().setLevel(logging.INFO)
            case = live()
            furnish()
            live_a_little()
            notice_to_closing()
            outbox.run_pending_now()
            yield name, case, broker.contents(), captured
    finally:
        publishing.breaker.reset()
        broker.kill()


def leaks(text: str) -> list[str]:
    return [word for word in CANARIES if word in text]


def sealed_words() -> set[str]:
    """Of the modules whose rows `furnish` makes: whatever lies in a sealed column, long enough to be known again."""
    with compartments.everywhere("the words that must not be found"):
        return {
            value
            for model in apps.get_models()
            for field in sealed_fields(model)
            if model._meta.app_label in FURNISHED
            for value in values_of(model, field)
            if len(value) >= TELLING
        } - ALSO_PUBLIC


def values_of(model: Any, field: Any) -> list[str]:
    rows = model._default_manager.filter(**{f"{field.name}__filled": True}).order_by("pk")
    return [str(getattr(row, field.name)) for row in rows]


def test_no_word_leaves_its_column(lived: tuple[str, Consultation, str, Captured], sign_in: Any) -> None:
    name, case, in_broker, logged = lived
    assert unfilled() == []
    words = sealed_words()
    assert len(words) > 30
    dumped = dump_of(name)
    for text in (dumped, in_broker, logged.getvalue(), *(message.body for message in mail.outbox)):
        assert sorted(word for word in words if word in text) == []
    assert case.receipt_no in dumped
    assert leaks(dumped) == []
    assert leaks(stored_elsewhere()) == []
    assert "chiba_ward.outbox.tasks.run" in in_broker
    assert leaks(in_broker) == []
    sent = "\n".join(f"{message.subject}\n{message.body}\n{message.extra_headers}" for message in mail.outbox)
    assert len(mail.outbox) > 3
    assert leaks(sent) == []
    assert {EMAIL} <= {address for message in mail.outbox for address in message.to}
    assert leaks(pages_that_went_wrong(case, sign_in)) == []
    assert len(logged.getvalue().splitlines()) > 10
    assert leaks(logged.getvalue()) == []


def unfilled() -> list[str]:
    """Sealed columns in which no canary sits: whoever adds one lets `canaries.live` or `furnish` write into it."""
    with compartments.everywhere("whether there is a word in each"):
        return [
            f"{model._meta.label}.{field.name}"
            for model in apps.get_models()
            for field in sealed_fields(model)
            if not _is_filled(model, field)
        ]


def _is_filled(model: Any, field: Any) -> bool:
    values = values_of(model, field)
    if model._meta.app_label in FURNISHED or field.name == "hits":
        return bool(values)
    return any(leaks(value) for value in values)


def stored_elsewhere() -> str:
    """Sessions and cache, decoded: in a dump they are packed."""
    sessions = [str(session.get_decoded()) for session in Session.objects.order_by("pk")]
    cached = [
        base64.b64decode(value).decode("utf-8", "replace")
        for (value,) in run("SELECT value FROM portal_cache")
    ]
    return "\n".join([*sessions, *cached])


def pages_that_went_wrong(case: Consultation, sign_in: Any) -> str:
    """404, 403 and both kinds of 500, each after canaries were posted or stood in the row."""
    typed = {"body": WORDS["body"], "chief_concern": WORDS["draft"], "worry-zq": WORDS["name"]}
    clerk = posted("somu.wakaba")
    signed_in = sign_in(clerk.posting.person, raise_request_exception=False)
    strict = Client(enforce_csrf_checks=True)
    seen = Consultation.objects.visible_to(clerk).filter(body__filled=True)
    other = seen.exclude(pk=case.pk).order_by("pk")[0]
    answers = [
        signed_in.get(f"/admin/consultations/case/{WORDS['name']}/"),
        strict.post("/consult/", typed),
    ]
    with override_settings(ROOT_URLCONF="tests.launcher.test_logs"):
        answers.append(Client(raise_request_exception=False).post("/failing/", typed))
    overwrite("consultations_consultation", "body", "matter_id", other.pk, body_of(case))
    answers.append(signed_in.get(reverse("staff:case", args=[other.matter.receipt_no])))
    assert [answer.status_code for answer in answers] == [404, 403, 500, 500]
    assert "内容を開けませんでした" in answers[-1].content.decode()
    return "".join(answer.content.decode() for answer in answers)
