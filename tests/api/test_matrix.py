"""Every operation for everybody: own, foreign ward, foreign section, partner, auditor; and every way a token can end."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone

from chiba_ward.api import description
from chiba_ward.api.enums import Scope
from chiba_ward.api.models import ApiToken, WebhookHost
from chiba_ward.api.services import webhooks
from chiba_ward.casework import attachments
from chiba_ward.directory.enums import Role
from consultations import choices
from consultations import initial as topic_rows
from consultations.models import Referral
from consultations.services import triage
from tests.api.support import ALL, Caller, caller, entry, make_token, problem
from tests.consultations import referral_support as world_of
from tests.consultations.citizen_support import picture
from tests.consultations.referral_support import World
from tests.consultations.staff_support import by
from tests.factories import make_office, make_posting, make_ward


@dataclass
class Place:
    """Everything that an address of the API can name, belonging to one desk."""

    world: World
    draft: Referral
    sent: Referral
    file_id: int
    consent_id: int
    endpoint_id: int

    @property
    def names(self) -> dict[str, Any]:
        return {
            "receipt_no": self.world.case.receipt_no,
            "referral_id": self.draft.pk,
            "consent_id": self.consent_id,
            "file_id": self.file_id,
            "endpoint_id": self.endpoint_id,
        }


@pytest.fixture
def place(db: None, tmp_path: Any, settings: Any) -> Place:
    settings.MEDIA_ROOT = tmp_path
    world = world_of.make_world()
    topic_rows.load()
    choices.forget()
    triage.take(world.case.pk, by=world.sender)
    kept = attachments.attach(world.case.matter, picture(), world.sender)
    sent, draft = world_of.sent(world), world_of.drafted(world)
    WebhookHost.objects.create(host="localhost")
    endpoint = webhooks.register(
        by=world.sender,
        posting=world.clerk,
        name="x",
        url="https://localhost/",
        wanted=["consultation.closed"],
    )
    return Place(world, draft, sent, kept.pk, world.case.consents.order_by("-pk")[0].pk, endpoint.pk)


def version(system: Caller, where: Place) -> int:
    answer = system.get(f"/consultations/{where.world.case.receipt_no}/")
    return int(answer.data["version"]) if answer.data and "version" in answer.data else 1


INTAKE = {name: entry(place={"ward": "midori"})[name] for name in ("topic", "story", "place", "contact")}
# operation -> (scope, status for the desk itself, body). Whatever names an object is 404 for a stranger.
Body = Callable[[Place], Any]
OPERATIONS: dict[str, tuple[str, int, Body | None]] = {
    "me": ("", 200, None),
    "consultations_list": ("read", 200, None),
    "consultations_file": ("file", 201, lambda where: entry(place={"ward": "midori"})),
    "consultation_read": ("read", 200, None),
    "consultation_timeline": ("read", 200, None),
    "consultation_messages": ("read", 200, None),
    "consultation_file": ("read", 200, None),
    "consultation_acts": ("read", 200, None),
    "consultation_act": ("act", 200, lambda where: {"act": "note", "text": "記録"}),
    "consultation_consents": ("read", 200, None),
    "consent_withdraw": ("refer", 200, lambda where: {}),
    "referral_create": ("refer", 201, lambda where: {"to_office": where.world.agency.code, "purpose": "x"}),
    "intake_relay": ("relay", 201, lambda where: INTAKE),
    "status": ("status", 404, lambda where: {"number": "S-7K4M-925W", "phrase": "1111222233334444"}),
    "referrals_list": ("read", 200, None),
    "referral_read": ("read", 200, None),
    "referral_lines": ("read", 200, None),
    "referral_preview": ("read", 200, None),
    "referral_act": ("refer", 200, lambda where: {"act": "discard"}),
    "master_wards": ("", 200, None),
    "master_offices": ("", 200, None),
    "master_fields": ("", 200, None),
    "master_grounds": ("", 200, None),
    "master_topics": ("", 200, None),
    "master_choices": ("", 200, None),
    "webhooks_list": ("webhook", 200, None),
    "webhook_create": (
        "webhook",
        201,
        lambda where: {"name": "x", "url": "https://localhost/", "events": ["consultation.closed"]},
    ),
    "webhook_change": ("webhook", 200, lambda where: {"is_active": False}),
    "webhook_ping": ("webhook", 202, lambda where: {}),
    "webhook_deliveries": ("webhook", 200, None),
}
ADDRESSES = {
    operation["operationId"]: (method, path)
    for path, operations in description.as_schema()["paths"].items()
    for method, operation in operations.items()
}
NAMING_AN_OBJECT = [name for name, (_, path) in ADDRESSES.items() if "{" in path]


def ask(system: Caller, name: str, where: Place, at_version: int) -> Any:
    method, path = ADDRESSES[name]
    address = path.removeprefix("/api/v1").format(**where.names)
    body = OPERATIONS[name][2]
    if method == "get":
        return system.get(address, **({"box": "placed"} if name == "referrals_list" else {}))
    match = at_version if name == "consultation_act" else None
    return system.send(method, address, body(where) if body else {}, match=match)


def test_the_table_names_every_operation() -> None:
    assert set(OPERATIONS) == set(ADDRESSES)
    scopes = {
        operation["operationId"]: operation["x-scope"]
        for operations in description.as_schema()["paths"].values()
        for operation in operations.values()
    }
    assert {name: scope for name, (scope, _, _) in OPERATIONS.items()} == scopes


def test_its_own_desk_may_do_each(place: Place) -> None:
    """Each in a fresh state of things; otherwise the refusals below would prove nothing."""
    system = caller(place.world.clerk)
    last = ("referral_act", "consent_withdraw")  # they end what others read
    for name in [*(name for name in OPERATIONS if name not in last), *last]:
        answer = ask(system, name, place, version(system, place))
        said = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == OPERATIONS[name][1], (name, said[:300])


@pytest.mark.parametrize(
    "stranger",
    ["ward", "section", "partner", "bureau", "auditor", "coordinator", "administrator", "reception"],
)
def test_a_stranger_finds_nothing_that_has_a_name(place: Place, stranger: str) -> None:
    """Whatever the address names: the same 404 as for a number that nobody has."""
    other = make_ward("wakaba", "若葉区")
    section = make_office("別の課", ward=place.world.ward)
    desk = make_office("若葉区 総務課", ward=other, is_triage_desk=True)
    posting = {
        "ward": lambda: make_posting(Role.SECTION, office=desk),
        "section": lambda: make_posting(Role.SECTION, office=section),
        "partner": lambda: make_posting(Role.PARTNER),
        "bureau": lambda: make_posting(Role.BUREAU),
        "auditor": lambda: make_posting(Role.AUDITOR, office=place.world.desk),
        "coordinator": lambda: make_posting(Role.COORDINATOR, office=place.world.desk),
        "administrator": lambda: make_posting(Role.SYSTEM_ADMIN, office=place.world.desk),
        "reception": lambda: make_posting(Role.RECEPTION, office=section),
    }[stranger]()
    system = caller(posting)
    for name in NAMING_AN_OBJECT:
        found = ask(system, name, place, 1)
        assert problem(found, 404), name
        gone = Place(**{**vars(place), "world": place.world})
        nobody = ask_for_nobody(system, name, gone)
        assert nobody.content == found.content, name
    for path in (
        "/consultations/?show=all",
        "/referrals/?box=placed&tab=all",
        "/referrals/?box=received",
        "/webhooks/",
    ):
        assert system.get(path).data["results"] == [], path


def ask_for_nobody(system: Caller, name: str, where: Place) -> Any:
    method, path = ADDRESSES[name]
    nobody = {
        "receipt_no": "S-2222-2222",
        "referral_id": 999_999,
        "consent_id": 999_999,
        "file_id": 999_999,
        "endpoint_id": 999_999,
    }
    address = path.removeprefix("/api/v1").format(**nobody)
    body = OPERATIONS[name][2]
    if method == "get":
        return system.get(address)
    return system.send(
        method, address, body(where) if body else {}, match=1 if name == "consultation_act" else None
    )


def test_a_partner_reaches_its_own_referral_and_not_the_draft_beside_it(place: Place) -> None:
    system = caller(place.world.worker)
    assert system.get(f"/referrals/{place.sent.pk}/").status_code == 200
    for name in NAMING_AN_OBJECT:
        problem(ask(system, name, place, 1), 404)


def _revoked(token: ApiToken) -> None:
    token.revoked_at = timezone.now()
    token.save()


def _expired(token: ApiToken) -> None:
    token.permitted_on = timezone.localdate() - dt.timedelta(days=40)
    token.expires_on = timezone.localdate()
    token.save()


def _posting_ended(token: ApiToken) -> None:
    token.posting.ends_on = timezone.localdate()
    token.posting.save()


def _person_off(token: ApiToken) -> None:
    token.posting.person.is_active = False
    token.posting.person.save()


@pytest.mark.parametrize("end", [None, _revoked, _expired, _posting_ended, _person_off])
def test_no_operation_opens_to_a_token_that_has_ended(
    place: Place, end: Callable[[ApiToken], None] | None
) -> None:
    token, secret = make_token(place.world.clerk)
    if end is None:
        system = Caller()
    else:
        end(token)
        system = Caller(secret)
    for name in OPERATIONS:
        problem(ask(system, name, place, 1), 401)
    assert Referral.objects.filter(pk=place.draft.pk).exists()


@pytest.mark.parametrize("scope", [scope.value for scope in Scope])
def test_a_scope_opens_its_own_operations_and_no_others(place: Place, scope: str) -> None:
    without = caller(place.world.clerk, [other for other in ALL if other != scope])
    for name, (wanted, _, _) in OPERATIONS.items():
        if wanted == scope:
            assert problem(ask(without, name, place, 1), 403)["type"].endswith("#no-scope"), name
    alone = caller(place.world.clerk, [scope])
    for name, (wanted, _, _) in OPERATIONS.items():
        if wanted not in ("", scope):
            problem(ask(alone, name, place, 1), 403)
    assert by(place.world.clerk).posting == place.world.clerk
