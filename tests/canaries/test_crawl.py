"""The canary crawl (ASSURANCE AC6, PR1): every address, opened as everybody, shows nobody's words to somebody else.

A canary stands in each personal field of each row of the demo city. Whatever an answer shows is traced to its row, and
the portal's own rules must allow that row to whoever asked.
"""

import base64
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
import redis
from django.core.mail import EmailMessage
from django.test import Client

from chiba_ward.compartments import services as compartments
from chiba_ward.documents import services as documents
from chiba_ward.documents.enums import DocumentState
from chiba_ward.documents.models import Document
from chiba_ward.outbox import publishing
from chiba_ward.outbox import services as outbox
from chiba_ward.outbox.models import OutboxEntry
from consultations.models import Consultation
from consultations.services import conversation
from consultations.views.staff import facts
from tests.canaries.outputs import text_of
from tests.canaries.rules import DRAFTS, Sight
from tests.canaries.seed import let_out, live_a_little, personal_fields, personal_models
from tests.canaries.tokens import WORD, Aviary, Origin
from tests.guards.people import EVERYBODY, actor, client_of
from tests.guards.places import Place, places_for
from tests.guards.plugins.furnish import furnish

pytestmark = pytest.mark.slow
SEARCHES = ("admin/consultations/", "admin/consultations/list.csv", "admin/consultations/print/")
LOOKED_AT = (
    Place("admin/outside-duty/", "/admin/outside-duty/?tab=looked"),
    Place("admin/emergency/reviews/", "/admin/emergency/reviews/?tab=reviewed"),
)
# Personal fields that no page shows, each with its reason.
NEVER_SHOWN: dict[str, str] = {
    "access.User.kana": "sorts lists of people",
    "disclosure.HoldLine.given": "what each application gave: the marks are made of it again under a new key",
    "consultations.Consultation.paper_place": "the note of the entry says it, written from the same form",
    "protection.AbuseNotification.lead": "of sealed notices alone, and nobody may change one of those",
    "protection.Notifier.name": "the answer to a reason shows it, and no page that can be opened (OU5)",
    "protection.Notifier.kana": "as its name",
    "protection.Notifier.relation": "as its name",
    "protection.Notifier.phone": "as its name",
    "protection.Notifier.email": "as its name",
    "protection.Notifier.address": "as its name",
    "protection.Notifier.note": "as its name",
    "correspondence.ContactCard.email": "the mail alone uses it, where the person permits mail",
}
DEMO_DOOR = "account/demo/"  # names every invented person, under the local settings alone
SHOWN: set[str] = set()


@dataclass
class Visitor:
    client: Client
    places: list[Place]
    sight: Sight


@dataclass
class City:
    aviary: Aviary
    visitors: dict[str, Visitor]


@pytest.fixture(scope="module")
def city(fresh_city: Callable[[], Any]) -> Iterator[City]:
    """The demo city, furnished, everybody at the door, and then a canary in everything."""
    with fresh_city():
        furnish()
        live_a_little()
        visitors = {name: _visitor(name) for name in EVERYBODY}
        aviary = Aviary()
        with compartments.everywhere("canaries in what is enclosed"):
            let_out(aviary)
        _make_documents_anew()
        yield City(aviary, visitors)


@pytest.fixture
def log_lines() -> Iterator[StringIO]:
    """What the portal's own handler writes meanwhile."""
    written = StringIO()
    beside = logging.StreamHandler(written)
    beside.setFormatter(
        next(one.formatter for one in logging.getLogger().handlers if one.formatter is not None)
    )
    logging.getLogger().addHandler(beside)
    yield written
    logging.getLogger().removeHandler(beside)


def _visitor(name: str) -> Visitor:
    client, sight = client_of(name), Sight(actor(name))
    places = [place for place in places_for(sight.actor, client) if place.route != DEMO_DOOR]
    sight.rows[DRAFTS] = [morsel.value for morsel in client.cookies.values()]
    return Visitor(client, [*places, *_searches(), *LOOKED_AT], sight)


def _searches() -> Iterator[Place]:
    for route in SEARCHES:
        yield Place(route, f"/{route}?show=all&q={WORD}")


def _make_documents_anew() -> None:
    """Their words as they stand now, as if each had been asked for after the canaries came."""
    for document in Document.objects.order_by("created_at"):
        Document.objects.filter(pk=document.pk).update(
            state=DocumentState.QUEUED, attempts=0, started_at=None
        )
        documents.make(document.pk)


@pytest.mark.parametrize("name", EVERYBODY)
def test_nobody_is_shown_what_is_not_theirs(city: City, name: str, log_lines: StringIO) -> None:
    """And no line of the log names what was shown."""
    visitor = city.visitors[name]
    leaks: dict[str, list[str]] = {}
    for place in visitor.places:
        for origin in _shown(city, visitor, place):
            SHOWN.add(origin.place)
            if not visitor.sight.allows(origin):
                leaks.setdefault(f"{origin.place} at {place.route}", []).append(
                    f"row {origin.pk} ({place.path})"
                )
    assert not city.aviary.seen_in(log_lines.getvalue()), "in the log"
    assert not leaks, f"{name} was shown:\n" + "\n".join(
        f"{what}: {where[:3]}" for what, where in leaks.items()
    )


def _shown(city: City, visitor: Visitor, place: Place) -> set[Origin]:
    cookies = dict(visitor.client.cookies)
    response = visitor.client.get(place.path)
    found = city.aviary.seen_in(text_of(response))
    visitor.client.cookies.clear()
    visitor.client.cookies.update(cookies)
    return found


def test_every_canary_was_seen_by_somebody_who_may() -> None:
    """A crawl that is shown nothing would prove nothing."""
    if not SHOWN:
        pytest.fail("run the whole file: this test looks back on the crawls above")
    personal = {
        f"{model._meta.label}.{field.name}" for model in personal_models() for field in personal_fields(model)
    }
    unseen = sorted(personal - SHOWN - set(NEVER_SHOWN))
    assert not unseen, (
        "no page shows these; name them in NEVER_SHOWN with the reason, or fill them:\n" + "\n".join(unseen)
    )
    assert sorted(set(NEVER_SHOWN) & SHOWN) == [], "these are shown after all"


def test_mails_say_nothing_of_anybody(city: City, mailoutbox: list[EmailMessage]) -> None:
    """Whatever is owed leaves: the address of the person themselves is all that a mail knows (ASSURANCE PR3)."""
    clerk = city.visitors["triage desk"].sight.actor
    by_mail = Consultation.objects.visible_to(clerk).open().filter(matter__contact__may_email=True)
    for case in by_mail.filter(desk_office=clerk.office_id).order_by("pk"):
        conversation.reply(case.pk, by=clerk, body=f"{case.body} {case.chief_concern}"[:2000])
    outbox.run_pending_now()
    assert mailoutbox
    for mail in mailoutbox:
        headers = {name: value for name, value in mail.message().items() if name != "To"}
        assert not city.aviary.seen_in(
            f"{headers} {mail.subject} {mail.body} {getattr(mail, 'alternatives', '')}"
        )


def test_the_broker_knows_ids_alone(city: City, settings: Any) -> None:
    """Every kind of effect that the house owes, as it really lies in the broker, in a corner of our own."""
    settings.CELERY_BROKER_URL = settings.CELERY_BROKER_URL.rsplit("/", 1)[0] + "/7"
    with redis.Redis.from_url(settings.CELERY_BROKER_URL) as broker:
        broker.flushdb()
        for entry in OutboxEntry.objects.order_by("kind", "-id").distinct("kind"):
            assert publishing.publish(entry.pk)
        queues = list(broker.scan_iter(_type="list"))
        messages = [json.loads(message) for queue in queues for message in broker.lrange(queue, 0, -1)]
        broker.flushdb()
    assert messages
    for message in messages:
        assert not city.aviary.seen_in(json.dumps(message) + base64.b64decode(message["body"]).decode())
    assert not city.aviary.seen_in(repr(list(OutboxEntry.objects.order_by("id").values())))


def test_error_pages_and_their_log_lines_say_nothing(
    city: City, monkeypatch: pytest.MonkeyPatch, log_lines: StringIO
) -> None:
    visitor, place = city.visitors["triage desk"], "/admin/consultations/case/{}/"
    case = Consultation.objects.visible_to(visitor.sight.actor).open().order_by("pk")[0]

    def breaks(*args: object, **kwargs: object) -> None:
        raise ValueError(f"{case.body} {case.chief_concern}")

    monkeypatch.setattr(facts, "facts", breaks)
    visitor.client.raise_request_exception = False
    answers = [visitor.client.get(place.format(number)) for number in (case.receipt_no, "S-0000-0000")]
    assert [answer.status_code for answer in answers] == [500, 404]
    said = "".join(text_of(answer) for answer in answers) + log_lines.getvalue()
    assert not city.aviary.seen_in(said)


def test_the_crawl_bites(city: City) -> None:
    """A page that shows a stranger's words is found out."""
    stranger = city.visitors["section"].sight
    foreign = [origin for origin in city.aviary.origins.values() if not stranger.allows(origin)]
    assert foreign
    page = f"<td>{next(number for number, origin in city.aviary.origins.items() if origin == foreign[0]):07d}</td>"
    assert city.aviary.seen_in(page.replace("<td>", f"<td>{WORD}")) == {foreign[0]}
