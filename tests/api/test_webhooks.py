"""連携の通知 from the line of the timeline to the signed answer, and everything that may stop it (ADR 0018)."""

import datetime as dt
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from chiba_ward.api import events, keys
from chiba_ward.api.enums import DeliveryState
from chiba_ward.api.models import WebhookDelivery, WebhookEndpoint, WebhookHost
from chiba_ward.api.services import webhooks
from chiba_ward.api.services.tokens import NotPermittedError
from chiba_ward.casework import my_work
from chiba_ward.directory.enums import Role
from chiba_ward.outbox import services as outbox
from chiba_ward.outbox.models import OutboxEntry
from consultations import lines
from consultations.services import referrals, triage
from tests.api import tls_server
from tests.api.support import Caller, caller, problem
from tests.api.tls_server import Server, serving
from tests.consultations import referral_support as world_of
from tests.consultations.staff_support import House, by
from tests.factories import make_posting

S = DeliveryState


@pytest.fixture
def server(tmp_path: Path, settings: Any) -> Iterator[Server]:
    settings.WEBHOOK_LOCAL_ADDRESSES = frozenset({"127.0.0.1", "::1"})
    with serving(tmp_path) as (running, ca):
        settings.WEBHOOK_CA_FILE = str(ca)
        yield running


def endpoint_for(posting: Any, server: Server, *kinds: str) -> WebhookEndpoint:
    WebhookHost.objects.get_or_create(host="localhost", port=server.port)
    return webhooks.register(
        by=by(posting), posting=posting, name="業務システム", url=server.url(), wanted=kinds
    )


def delivery_of(endpoint: WebhookEndpoint) -> WebhookDelivery:
    return endpoint.deliveries.order_by("-pk")[0]


def run_out(monkeypatch: pytest.MonkeyPatch, settings: Any, tries: int = 2) -> None:
    """Every try at once, and few of them."""
    monkeypatch.setattr(outbox, "pause_after", lambda attempts: dt.timedelta(0))
    settings.PORTAL_OUTBOX_ATTEMPTS = tries


# --- from the timeline to the other side


def test_an_event_arrives_signed_and_without_a_word_of_the_matter(house: House, server: Server) -> None:
    endpoint = endpoint_for(house.clerk, server, "consultation.received")
    case = house.case("だれにも言えない話", body="くわしい話", contact={"name": "見本 花子"})
    outbox.run_pending_now()
    (got,) = server.requests
    content = json.loads(got.body)
    assert set(content) == {"id", "event", "at", "reference", "link", "is_drill"}
    assert (content["event"], content["reference"]) == ("consultation.received", case.receipt_no)
    assert content["link"].endswith(f"/api/v1/consultations/{case.receipt_no}/")
    assert not {"話", "花子", "母"} & set(got.body.decode())
    secret = keys.webhook_secret(endpoint.pk, 1)
    timestamp = got.header("Chiba-Webhook-Timestamp")
    expected = hmac.new(secret.encode(), timestamp.encode() + b"." + got.body, hashlib.sha256).hexdigest()
    assert got.header("Chiba-Webhook-Signature") == f"v1={expected}"
    assert got.header("Chiba-Webhook-Key") == f"{endpoint.pk}.1"
    assert abs(int(timestamp) - time.time()) < 30
    done = delivery_of(endpoint)
    assert (done.state, done.answered, done.attempts, str(done.event_id)) == (
        S.DELIVERED,
        200,
        1,
        content["id"],
    )


def test_nobody_listens_and_a_filing_owes_nothing(house: House, server: Server) -> None:
    house.case()
    assert not OutboxEntry.objects.filter(kind="webhook.event").exists()
    endpoint_for(house.clerk, server, "consultation.closed")
    house.case()
    assert not OutboxEntry.objects.filter(kind="webhook.event").exists(), "another event is wanted"


def test_an_event_that_was_rolled_back_is_not_told(house: House, server: Server) -> None:
    endpoint_for(house.clerk, server, "consultation.received")
    with transaction.atomic():
        house.case()
        transaction.set_rollback(True)
    outbox.run_pending_now()
    assert server.requests == []


def test_the_same_line_is_told_once(house: House, server: Server) -> None:
    endpoint = endpoint_for(house.clerk, server, "consultation.received")
    entry = house.case().matter.timeline.get()
    for _ in range(3):
        webhooks.fan_out(entry.pk)
    outbox.run_pending_now()
    assert endpoint.deliveries.count() == len(server.requests) == 1


def test_each_endpoint_hears_of_what_its_posting_sees(house: House, server: Server) -> None:
    """The section is told when the case becomes its own; the desk that gave it away is not (need to know)."""
    desk = endpoint_for(house.clerk, server, "consultation.assigned")
    section = endpoint_for(house.worker, server, "consultation.assigned")
    audit = endpoint_for(make_posting(Role.AUDITOR), server, "consultation.assigned")
    case = house.case()
    triage.assign(case.pk, by=by(house.clerk), office=house.section)
    outbox.run_pending_now()
    counts = [endpoint.deliveries.count() for endpoint in (desk, section, audit)]
    assert counts == [0, 1, 0]
    assert json.loads(server.requests[0].body)["reference"] == case.receipt_no


def test_a_partner_hears_that_its_referral_came_and_ended(db: None, server: Server) -> None:
    world = world_of.make_world()
    kinds = ("referral.sent", "referral.recalled", "consultation.received", "referral.accepted")
    mine = endpoint_for(world.worker, server, *kinds)
    stranger = endpoint_for(make_posting(Role.PARTNER), server, *kinds)
    referral = world_of.sent(world)
    referrals.recall(referral.pk, by=world.sender)
    outbox.run_pending_now()
    told = [json.loads(got.body) for got in server.requests]
    assert [content["event"] for content in told] == ["referral.sent", "referral.recalled"]
    assert {content["link"].rsplit("/api", 1)[1] for content in told} == {f"/v1/referrals/{referral.pk}/"}
    assert (mine.deliveries.count(), stranger.deliveries.count()) == (2, 0)
    draft = world_of.drafted(world)
    referrals.discard(draft.pk, by=world.sender)


def test_only_events_that_the_timeline_knows_are_offered() -> None:
    """A name in the list that no line bears would be a promise that nobody keeps."""
    from chiba_ward.casework.sentences import _sentences

    assert set(events.labels()) <= {*_sentences, *lines.HOUSE_LINES}
    assert len(events.labels()) > 20


# --- what goes wrong


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 500 Oops\r\n\r\n", "500"),
        (b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/\r\n\r\n", "転送"),
        (b"HTTP/1.1 404 Gone\r\n\r\n", "404"),
    ],
)
def test_a_refusal_is_tried_again_and_then_given_up(
    house: House, server: Server, monkeypatch: pytest.MonkeyPatch, settings: Any, answer: bytes, words: str
) -> None:
    endpoint = endpoint_for(house.clerk, server, "consultation.received")
    server.answer = answer
    house.case()
    outbox.run_pending_now()
    failed = delivery_of(endpoint)
    assert (failed.state, failed.attempts) == (S.FAILED, 1)
    assert words in failed.reason
    assert OutboxEntry.objects.get(kind="webhook.deliver").available_at > timezone.now(), (
        "it waits before the next try"
    )

    run_out(monkeypatch, settings)
    OutboxEntry.objects.filter(kind="webhook.deliver").update(available_at=timezone.now())
    outbox.run_pending_now()
    dead = delivery_of(endpoint)
    assert (dead.state, dead.attempts) == (S.DEAD, 2)
    assert words in dead.reason
    assert len({got.body for got in server.requests}) == 1, "the same number and words at every try"
    group = next(
        group
        for group in my_work.groups_for(by(make_posting(Role.SYSTEM_ADMIN)))
        if group.key == "api.dead_deliveries"
    )
    assert (group.count, group.tone) == (1, "urgent")


def test_given_up_and_sent_again_by_hand(
    house: House, server: Server, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    endpoint = endpoint_for(house.clerk, server, "consultation.received")
    run_out(monkeypatch, settings, tries=1)
    server.behave = tls_server.hang_up
    house.case()
    outbox.run_pending_now()
    dead = delivery_of(endpoint)
    assert dead.state == S.DEAD
    server.behave = None
    webhooks.send_again(dead, by=by(house.clerk))
    with pytest.raises(NotPermittedError):
        webhooks.send_again(dead, by=by(house.clerk))
    outbox.run_pending_now()
    again = delivery_of(endpoint)
    assert (again.pk, again.state, again.event_id) == (dead.pk, S.DELIVERED, dead.event_id)
    assert len({got.body for got in server.requests}) == 1


def test_a_worker_that_died_before_it_could_note_the_answer(house: House, server: Server) -> None:
    """It may leave twice, never not at all; the number tells the receiver."""
    endpoint = endpoint_for(house.clerk, server, "consultation.received")
    house.case()
    OutboxEntry.objects.filter(kind="webhook.event").update(available_at=timezone.now())
    outbox.run_entry(OutboxEntry.objects.get(kind="webhook.event").pk)
    entry = OutboxEntry.objects.get(kind="webhook.deliver")
    WebhookDelivery.objects.update(state=S.SENDING)
    outbox.run_entry(entry.pk)
    assert delivery_of(endpoint).state == S.DELIVERED


@pytest.mark.parametrize("ending", ["stopped", "posting", "person", "host", "sight"])
def test_what_ended_meanwhile_is_not_told(house: House, server: Server, ending: str) -> None:
    endpoint = endpoint_for(house.clerk, server, "consultation.received")
    case = house.case()
    outbox.run_entry(OutboxEntry.objects.get(kind="webhook.event").pk)
    if ending == "stopped":
        webhooks.set_active(endpoint, by=by(house.clerk), is_active=False)
    elif ending == "posting":
        house.clerk.ends_on = timezone.localdate()
        house.clerk.save()
    elif ending == "person":
        house.clerk.person.is_active = False
        house.clerk.person.save()
    elif ending == "host":
        WebhookHost.objects.all().delete()
    else:
        triage.assign(case.pk, by=by(house.clerk), office=house.section)
    outbox.run_pending_now()
    skipped = delivery_of(endpoint)
    assert skipped.state == S.SKIPPED
    assert skipped.reason
    assert server.requests == []


def test_an_endpoint_that_was_stopped_owes_nothing_more(house: House, server: Server) -> None:
    endpoint = endpoint_for(house.clerk, server, "consultation.received")
    webhooks.set_active(endpoint, by=by(house.clerk), is_active=False)
    house.case()
    assert not OutboxEntry.objects.filter(kind="webhook.event").exists()


# --- registering


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/hook", "ftp://localhost/", "https://elsewhere.example.test/", "https://localhost:444/",
        "https://user:word@localhost/", "https://localhost/?token=x", "https://localhost/#x", "https://127.0.0.1/",
        "https://[::1]/", "https://2130706433/", "https://0x7f.1/", "https://localhost/日本", "https://localhost /",
        "https://localhost/\r\nX: y", "https://", "https://localhost:x/", "//localhost/", "javascript:alert(1)",
        "https://localhost\\@evil.example.test/",
    ],
)  # fmt: skip
def test_an_address_that_is_refused(house: House, url: str) -> None:
    WebhookHost.objects.create(host="localhost", port=443)
    with pytest.raises(ValidationError) as refusal:
        webhooks.register(
            by=by(house.clerk), posting=house.clerk, name="x", url=url, wanted=["consultation.closed"]
        )
    assert "url" in refusal.value.message_dict


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "::1", "10.0.0.1", "2130706433", "a", "a..b", "-a.jp", "a b.jp", "例え.jp", "a.1"]
)
def test_a_host_that_is_none(db: None, host: str) -> None:
    with pytest.raises(ValidationError):
        WebhookHost(host=host).full_clean()


def test_a_host_is_kept_in_small_letters(db: None) -> None:
    row = WebhookHost(host=" RPA.Example.LG.jp. ")
    row.full_clean()
    assert row.host == "rpa.example.lg.jp"


def test_the_key_is_in_no_table_and_another_version_is_another(house: House, server: Server) -> None:
    endpoint = endpoint_for(house.clerk, server, "consultation.received")
    first = keys.webhook_secret(endpoint.pk, 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(e)::text FROM api_webhookendpoint e")
        assert first.removeprefix("whs_") not in cursor.fetchone()[0]
    webhooks.change_key(endpoint, by=by(house.clerk))
    assert keys.webhook_secret(endpoint.pk, endpoint.secret_version) != first
    house.case()
    outbox.run_pending_now()
    assert server.requests[0].header("Chiba-Webhook-Key") == f"{endpoint.pk}.2"


def test_whose_endpoint_it_is(house: House, server: Server) -> None:
    endpoint = endpoint_for(house.clerk, server, "consultation.received")
    stranger = by(house.worker)
    for refused in (
        lambda: webhooks.ping(endpoint, by=stranger),
        lambda: webhooks.set_active(endpoint, by=stranger, is_active=False),
        lambda: webhooks.change_key(endpoint, by=stranger),
        lambda: webhooks.register(
            by=stranger, posting=house.clerk, name="x", url=server.url(), wanted=["ping"]
        ),
    ):
        with pytest.raises(NotPermittedError):
            refused()
    keeper = by(make_posting(Role.SYSTEM_ADMIN))
    webhooks.ping(endpoint, by=keeper)
    outbox.run_pending_now()
    assert json.loads(server.requests[0].body)["event"] == "ping"


# --- over the API


def test_a_system_registers_itself(house: House, clerk: Caller, server: Server) -> None:
    WebhookHost.objects.create(host="localhost", port=server.port)
    kinds = [row["kind"] for row in clerk.get("/webhooks/").data["kinds"]]
    body = {"name": "RPA", "url": server.url("/in"), "events": ["consultation.received"]}
    assert body["events"][0] in kinds
    made = clerk.post("/webhooks/", body, key="hook-0001")
    again = clerk.post("/webhooks/", body, key="hook-0001")
    assert (made.status_code, again.data) == (201, made.data)
    pk, secret = made.data["id"], made.data["secret"]
    assert secret == keys.webhook_secret(pk, 1)
    assert clerk.get("/webhooks/").data["results"] == [
        {name: made.data[name] for name in made.data if name != "secret"}
    ]
    ping = clerk.post(f"/webhooks/{pk}/ping/")
    assert (ping.status_code, ping.data["state"]) == (202, "queued")
    outbox.run_pending_now()
    assert [row["state"] for row in clerk.get(f"/webhooks/{pk}/deliveries/").data["results"]] == ["delivered"]
    assert clerk.send("patch", f"/webhooks/{pk}/", {"is_active": False}).data["is_active"] is False
    other = caller(house.worker)
    for answer in (
        other.post(f"/webhooks/{pk}/ping/"),
        other.get(f"/webhooks/{pk}/deliveries/"),
        other.send("patch", f"/webhooks/{pk}/", {"is_active": True}),
    ):
        problem(answer, 404)
    assert other.get("/webhooks/").data["results"] == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [({"url": "https://elsewhere.example.test/"}, "/url"), ({"events": ["no.such.event"]}, "/events")],
)
def test_what_a_system_may_not_register(
    house: House, clerk: Caller, change: dict[str, Any], pointer: str
) -> None:
    WebhookHost.objects.create(host="localhost")
    body = {"name": "RPA", "url": "https://localhost/", "events": ["consultation.received"], **change}
    found = problem(clerk.post("/webhooks/", body), 422)
    assert [error["pointer"] for error in found["errors"]] == [pointer]


def test_the_administrator_s_token_manages_its_own_only(house: House, server: Server) -> None:
    """`visible_to` shows the administrator all on the screen; a token is for one posting."""
    endpoint = endpoint_for(house.clerk, server, "consultation.received")
    admin = caller(make_posting(Role.SYSTEM_ADMIN))
    assert admin.get("/webhooks/").data["results"] == []
    problem(admin.post(f"/webhooks/{endpoint.pk}/ping/"), 404)


def test_an_old_signature_can_be_told_from_a_new_one(house: House, server: Server) -> None:
    """Replay: the time is signed, so a receiver that refuses what is older than five minutes cannot be fooled."""
    endpoint = endpoint_for(house.clerk, server, "consultation.received")
    webhooks.ping(endpoint, by=by(house.clerk))
    outbox.run_pending_now()
    webhooks.send_again(delivery_of(endpoint), by=by(house.clerk))
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=10), tick=True):
        outbox.run_pending_now()
    first, second = server.requests
    assert first.body == second.body
    assert int(second.header("Chiba-Webhook-Timestamp")) - int(first.header("Chiba-Webhook-Timestamp")) >= 600
    assert first.header("Chiba-Webhook-Signature") != second.header("Chiba-Webhook-Signature")
