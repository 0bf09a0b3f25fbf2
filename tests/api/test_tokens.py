"""Who asks: the token in the header, as long as it, its posting and its person stand (ASSURANCE AT2, AC12)."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from chiba_ward.access.models import Throttle
from chiba_ward.api import keys
from chiba_ward.api.models import ApiToken
from chiba_ward.directory.enums import Role
from consultations.models import Consultation
from tests.api.support import Caller, caller, entry, make_token, problem
from tests.conftest import SignIn
from tests.consultations.staff_support import House
from tests.factories import make_posting, make_user


def test_without_a_token_nothing_opens(house: House) -> None:
    found = problem(Caller().get("/consultations/"), 401)
    assert found["type"].endswith("#unauthenticated")
    assert "Bearer" in found["detail"]
    assert Caller().get("/consultations/").headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "cwp_abc",
        "Bearer cwp_" + "x" * 400,
        "Bearer ｃｗｐ",
        "Token cwp_x",
    ],
)
def test_a_header_that_is_no_token(house: House, header: str) -> None:
    client = Caller().client
    response = client.get(
        "/api/v1/consultations/", headers={"Authorization": header.encode().decode("latin-1")}
    )
    assert response.status_code == 401


def test_a_wrong_token_and_the_right_one(clerk: Caller) -> None:
    wrong = Caller(clerk.secret[:-1] + ("a" if clerk.secret[-1] != "a" else "b"))
    assert problem(wrong.get("/me/"), 401)["type"].endswith("#token-unknown")
    answer = clerk.get("/me/")
    assert answer.status_code == 200
    assert answer.data["role"] == Role.SECTION.label


def test_the_scheme_is_read_in_any_case(clerk: Caller) -> None:
    response = clerk.client.get("/api/v1/me/", headers={"Authorization": f"bearer {clerk.secret}"})
    assert response.status_code == 200


def test_the_secret_stands_nowhere(house: House) -> None:
    token, secret = make_token(house.clerk)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(t)::text FROM api_apitoken t UNION ALL SELECT row_to_json(e)::text FROM api_apitokenevent e"
        )
        rows = " ".join(row[0] for row in cursor.fetchall())
    assert secret not in rows
    assert secret.removeprefix(token.prefix) not in rows
    assert len(secret) >= len("cwp_") + 43  # 256 bits in base64
    assert token.digest != keys._mac("another purpose", secret.encode()).hex()


def test_the_digest_needs_the_pepper(house: House, settings: Any) -> None:
    """A table put into another installation opens nothing there."""
    _, secret = make_token(house.clerk)
    settings.PORTAL_PEPPER = "22" * 32
    problem(Caller(secret).get("/me/"), 401)


# --- what ends


def test_a_revoked_token_opens_nothing_on_the_next_request(house: House) -> None:
    token, secret = make_token(house.clerk)
    system = Caller(secret)
    assert system.get("/me/").status_code == 200
    token.revoked_at = timezone.now()
    token.save()
    assert "止められ" in problem(system.get("/me/"), 401)["detail"]


def test_an_expired_token(house: House) -> None:
    _token, secret = make_token(house.clerk)
    with time_machine.travel(timezone.now() + dt.timedelta(days=29), tick=True):
        assert Caller(secret).get("/me/").status_code == 200
    with time_machine.travel(timezone.now() + dt.timedelta(days=31), tick=True):
        assert "期限" in problem(Caller(secret).get("/me/"), 401)["detail"]


def test_the_token_ends_with_the_posting(house: House, clerk: Caller) -> None:
    assert clerk.get("/consultations/").status_code == 200
    house.clerk.ends_on = timezone.localdate()
    house.clerk.save()
    assert "発令" in problem(clerk.get("/consultations/"), 401)["detail"]


def test_a_posting_that_begins_tomorrow(house: House) -> None:
    house.clerk.starts_on = timezone.localdate() + dt.timedelta(days=1)
    house.clerk.save()
    problem(caller(house.clerk).get("/me/"), 401)


def test_a_person_who_was_switched_off(house: House, clerk: Caller) -> None:
    house.clerk.person.is_active = False
    house.clerk.person.save()
    problem(clerk.get("/me/"), 401)


def test_a_demo_person_means_nothing_in_production(house: House, settings: Any) -> None:
    person = make_user(is_demo=True)
    system = caller(make_posting(Role.SECTION, office=house.desk, person=person))
    assert system.get("/me/").status_code == 200
    settings.PORTAL_DEMO = False
    problem(system.get("/me/"), 401)


def test_the_posting_moves_the_rights_and_not_the_token(house: House, clerk: Caller) -> None:
    """発令 is what counts on the day: another role in the same seat, and the token has that one."""
    case = house.case()
    assert clerk.get(f"/consultations/{case.receipt_no}/").status_code == 200
    house.clerk.post.role = Role.AUDITOR
    house.clerk.post.save()
    assert clerk.get("/me/").data["role"] == Role.AUDITOR.label
    problem(clerk.get(f"/consultations/{case.receipt_no}/"), 404)


# --- a browser lends nothing


def test_a_session_is_no_proof(house: House, sign_in: SignIn) -> None:
    client = sign_in(house.clerk.person)
    assert client.get("/admin/consultations/").status_code == 200
    assert client.get("/api/v1/consultations/").status_code == 401
    assert client.post("/api/v1/consultations/", "{}", content_type="application/json").status_code == 401


def test_the_token_acts_and_not_the_session_beside_it(house: House, sign_in: SignIn) -> None:
    """Both sent: the case is entered by the posting of the token, and no cookie comes back."""
    client = sign_in(house.worker.person)
    system = caller(house.clerk)
    system.client = client
    answer = system.post("/consultations/", entry())
    assert answer.status_code == 201
    assert Consultation.objects.get(matter__receipt_no=answer.data["receipt_no"]).entered_by == house.clerk
    assert "Set-Cookie" not in answer.headers


def test_a_preflight_of_another_site_gets_no_leave(clerk: Caller) -> None:
    response = clerk.client.options("/api/v1/consultations/", headers={"Origin": "https://example.com"})
    assert response.status_code == 401
    assert not [name for name in response.headers if name.lower().startswith("access-control")]


# --- limits


def test_wrong_tokens_are_counted_per_network_and_the_right_one_still_opens(
    house: House, clerk: Caller
) -> None:
    guess = Caller("cwp_" + "g" * 43)
    answers = [guess.get("/me/").status_code for _ in range(61)]
    assert answers[:59] == [401] * 59
    assert answers[-1] == 429
    refused = problem(guess.get("/me/"), 429)
    assert "待って" in refused["detail"]
    assert 1 <= int(guess.get("/me/").headers["Retry-After"]) <= 60
    assert clerk.get("/me/").status_code == 200
    keyed = [row.key for row in Throttle.objects.all()]
    assert not any("127.0.0.1" in key or "gggg" in key for key in keyed)


def test_a_token_has_its_share_of_each_minute(house: House) -> None:
    _token, secret = make_token(house.clerk, per_minute=10)
    system = Caller(secret)
    assert [system.get("/me/").status_code for _ in range(11)] == [200] * 10 + [429]
    refused = system.get("/me/")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    problem(refused, 429)
    assert caller(house.clerk).get("/me/").status_code == 200, "another token has a share of its own"
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=61), tick=True):
        assert system.get("/me/").status_code == 200


# --- what is left behind


def test_the_day_of_the_last_use_is_kept_once_a_day(house: House, django_assert_num_queries: Any) -> None:
    token, secret = make_token(house.clerk)
    assert ApiToken.objects.get(pk=token.pk).last_used_on is None
    Caller(secret).get("/me/")
    assert ApiToken.objects.get(pk=token.pk).last_used_on == timezone.localdate()
    with django_assert_num_queries(2):  # token, share of the minute
        Caller(secret).get("/me/")


def test_the_history_names_posting_and_token(house: House) -> None:
    token, secret = make_token(house.clerk)
    number = Caller(secret).post("/consultations/", entry()).data["receipt_no"]
    event = Consultation.objects.get(matter__receipt_no=number).events.first()
    assert event is not None
    assert event.pgh_context.metadata["posting"] == house.clerk.pk
    assert event.pgh_context.metadata["user"] == house.clerk.person_id
    assert event.pgh_context.metadata["token"] == token.pk


def test_a_request_names_its_actor_to_whoever_looks_afterwards(house: House, clerk: Caller) -> None:
    """The read log asks `request.actor` when the answer is ready."""
    request = clerk.get("/consultations/").wsgi_request
    assert request.actor.posting == house.clerk
    assert request.actor.user == house.clerk.person


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("read", "get", "/consultations/"),
        ("file", "post", "/consultations/"),
        ("relay", "post", "/intake/"),
        ("status", "post", "/status/"),
        ("webhook", "get", "/webhooks/"),
    ],
)
def test_a_scope_that_is_missing_is_named(house: House, scope: str, method: str, path: str) -> None:
    others = [
        name for name in ("read", "file", "relay", "status", "act", "refer", "webhook") if name != scope
    ]
    found = problem(getattr(caller(house.clerk, others), method)(path), 403)
    assert scope in found["detail"]
    assert found["type"].endswith("#no-scope")
