"""The screens of the integrations: permitted by one, drawn once by another, stopped by either (ADR 0017)."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from chiba_ward.api.enums import DeliveryState
from chiba_ward.api.models import ApiToken, WebhookEndpoint, WebhookHost
from chiba_ward.api.services import tokens, webhooks
from chiba_ward.casework.initial import load as load_rules
from chiba_ward.casework.models import DeadlineRule
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Posting
from tests.api.support import Caller, make_token
from tests.conftest import SignIn
from tests.consultations.citizen_support import words
from tests.consultations.staff_support import House, by
from tests.factories import PASSWORD, make_posting

OURS = "/admin/integrations/"
OWN = "/account/api-tokens/"


@pytest.fixture
def keeper(house: House) -> Posting:
    return make_posting(Role.SYSTEM_ADMIN, office=house.desk)


def just_proved(client: Client) -> Client:
    """As after typing the password again."""
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": timezone.now().timestamp(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return client


def stale(client: Client) -> Client:
    """As signed in an hour ago, and at work since."""
    now = timezone.now().timestamp()
    session = client.session
    session.update({"since": now - 3600, "seen": now})
    session.save()
    return client


@pytest.fixture
def admin(keeper: Posting, sign_in: SignIn) -> Client:
    return just_proved(sign_in(keeper.person))


def permit_data(whose: Posting, **more: Any) -> dict[str, Any]:
    day = timezone.localdate() + dt.timedelta(days=90)
    return {
        "posting": whose.pk,
        "name": "電話応答システム",
        "scopes": ["status"],
        "expires_on_era": "",
        "expires_on_year": str(day.year),
        "expires_on_month": str(day.month),
        "expires_on_day": str(day.day),
        "per_minute": "60",
        **more,
    }


def permitted(posting: Posting, keeper: Posting, **fields: Any) -> ApiToken:
    day = timezone.localdate() + dt.timedelta(days=90)
    return tokens.permit(
        **{
            "by": by(keeper),
            "posting": posting,
            "name": "電話応答",
            "scopes": ["read"],
            "expires_on": day,
            **fields,
        }
    )


def test_from_the_permission_to_the_first_call(house: House, admin: Client, sign_in: SignIn) -> None:
    assert "まだありません" in words(admin.get(OURS))
    form = words(admin.get(f"{OURS}tokens/new/", {"q": str(house.clerk.person.name)}))
    assert str(house.clerk.person) in form
    response = admin.post(f"{OURS}tokens/new/", permit_data(house.clerk))
    token = ApiToken.objects.get()
    assert response["Location"] == f"{OURS}tokens/{token.pk}/"
    page = words(admin.get(response["Location"]))
    assert "受け取り待ち" in page
    assert "cwp_" not in page, "whoever permits never sees it"

    clerk = just_proved(sign_in(house.clerk.person))
    assert "受け取りを待つ連携トークン" in words(clerk.get("/admin/"))
    assert "受け取る" in words(clerk.get(OWN))
    shown = words(clerk.post(f"{OWN}{token.pk}/collect/"))
    secret = re.search(r"cwp_[\w-]{43}", shown)
    assert secret
    assert Caller(secret[0]).get("/me/").data["scopes"] == ["status"]
    assert "cwp_" in words(clerk.get(OWN)), "the beginning, to tell tokens apart"
    assert secret[0] not in clerk.get(OWN).content.decode()
    again = clerk.post(f"{OWN}{token.pk}/collect/", follow=True)
    assert "もう受け取られた" in again.content.decode()
    assert secret[0] not in again.content.decode()

    history = words(admin.get(f"{OURS}tokens/{token.pk}/"))
    assert "作成" in history
    assert str(house.clerk.person) in history
    assert admin.post(f"{OURS}tokens/{token.pk}/revoke/").status_code == 302
    assert Caller(secret[0]).get("/me/").status_code == 401
    assert "止めた日時" in words(admin.get(f"{OURS}tokens/{token.pk}/"))


def test_before_permitting_and_drawing_one_proves_oneself_again(
    house: House, keeper: Posting, sign_in: SignIn
) -> None:
    """A screen that was left open gives no keys away."""
    admin = stale(sign_in(keeper.person))
    response = admin.post(f"{OURS}tokens/new/", permit_data(house.clerk))
    assert response.status_code == 302
    assert "/reauthenticate/" in response["Location"]
    assert not ApiToken.objects.exists()
    done = admin.post(response["Location"], {"password": PASSWORD})
    assert done.status_code == 302
    assert ApiToken.objects.get().posting == house.clerk, "what was filled in is not typed again"

    clerk = stale(sign_in(house.clerk.person))
    response = clerk.post(f"{OWN}{ApiToken.objects.get().pk}/collect/")
    assert "/reauthenticate/" in response["Location"]
    assert ApiToken.objects.get().digest is None


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DISASTER_HQ])
def test_who_permits_who_looks_and_who_sees_nothing(house: House, role: Role, sign_in: SignIn) -> None:
    token, _ = make_token(house.worker)
    WebhookHost.objects.create(host="localhost")
    endpoint = webhooks.register(
        by=by(house.worker),
        posting=house.worker,
        name="x",
        url="https://localhost/",
        wanted=["consultation.closed"],
    )
    client = just_proved(sign_in(make_posting(role).person))
    reads, writes = role in (Role.SYSTEM_ADMIN, Role.AUDITOR), role is Role.SYSTEM_ADMIN
    for path in ("", f"tokens/{token.pk}/", "webhooks/", f"webhooks/{endpoint.pk}/"):
        assert client.get(OURS + path).status_code == (200 if reads else 404), path
    for path in ("tokens/new/", f"tokens/{token.pk}/revoke/", "webhooks/new/"):
        assert client.get(OURS + path).status_code == (200 if writes else 404), path
    for path in (
        f"webhooks/{endpoint.pk}/ping/",
        f"webhooks/{endpoint.pk}/secret/",
        f"webhooks/{endpoint.pk}/stop/",
    ):
        assert client.post(OURS + path).status_code in ((200, 302) if writes else (404,)), path
    assert client.get(OWN).status_code == 200
    assert client.post(f"{OWN}{token.pk}/collect/").status_code == 404
    assert client.post(f"{OWN}{token.pk}/revoke/", {"sure": "1"}).status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_a_resident_has_no_such_pages(resident_client: Client) -> None:
    assert resident_client.get(OWN).status_code == 404


def test_the_head_of_the_office_draws_for_the_seat_of_a_system(
    house: House, keeper: Posting, sign_in: SignIn
) -> None:
    token = permitted(house.colleague, keeper)
    clerk, head = (just_proved(sign_in(posting.person)) for posting in (house.clerk, house.head))
    assert clerk.post(f"{OWN}{token.pk}/collect/").status_code == 404
    assert "cwp_" in words(head.post(f"{OWN}{token.pk}/collect/"))
    elsewhere = make_posting(Role.SECTION, office=house.section, is_head=True)
    assert just_proved(sign_in(elsewhere.person)).post(f"{OWN}{token.pk}/revoke/").status_code == 404


def test_whoever_permits_cannot_draw(house: House, keeper: Posting, admin: Client) -> None:
    """The administrator sees no consultation, and a token of another posting would be a way round (ADR 0017)."""
    token = permitted(house.clerk, keeper)
    assert admin.post(f"{OWN}{token.pk}/collect/").status_code == 404
    with pytest.raises(tokens.NotPermittedError):
        tokens.collect(token.pk, by=by(keeper))


def test_stopping_is_asked_once_more(house: House, sign_in: SignIn) -> None:
    token, secret = make_token(house.clerk)
    clerk = sign_in(house.clerk.person)
    assert "元には戻せません" in words(clerk.post(f"{OWN}{token.pk}/revoke/"))
    assert Caller(secret).get("/me/").status_code == 200
    clerk.post(f"{OWN}{token.pk}/revoke/", {"sure": "1"})
    assert Caller(secret).get("/me/").status_code == 401


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"expires_on_year": "2040"}, "期限は"),
        ({"expires_on_year": "2020"}, "期限は"),
        ({"scopes": []}, "してよいこと"),
        ({"scopes": ["root"]}, "してよいこと"),
        ({"per_minute": "100000"}, "3000"),
        ({"name": ""}, "使うシステム・用途"),
        ({"posting": "999999"}, "発令"),
    ],
)
def test_a_permission_that_is_refused_says_why(
    house: House, admin: Client, change: dict[str, Any], text: str
) -> None:
    response = admin.post(f"{OURS}tokens/new/", permit_data(house.clerk, **change))
    assert response.status_code == 422
    assert text in words(response)
    assert not ApiToken.objects.exists()


def test_how_long_a_token_lasts_is_a_row(house: House, keeper: Posting) -> None:
    load_rules()
    DeadlineRule.objects.filter(kind="api.token").update(amount=7 * 24 * 60)
    with pytest.raises(ValidationError):
        permitted(house.clerk, keeper)
    week = timezone.localdate() + dt.timedelta(days=7)
    assert permitted(house.clerk, keeper, expires_on=week).expires_on == week


def test_the_database_knows_no_token_for_ever(house: House) -> None:
    token, _ = make_token(house.clerk)
    with pytest.raises(IntegrityError, match="api_token_expires_within_a_year"), transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).update(expires_on=timezone.localdate() + dt.timedelta(days=367))
    with pytest.raises(IntegrityError, match="api_token_names_scopes"), transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).update(scopes=[])
    with pytest.raises(IntegrityError, match="api_token_digest_iff_collected"), transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).update(digest=None)


def test_a_posting_that_ended_gets_no_token(house: House, keeper: Posting, admin: Client) -> None:
    house.clerk.ends_on = timezone.localdate()
    house.clerk.save()
    with pytest.raises(ValidationError):
        permitted(house.clerk, keeper)
    assert str(house.clerk.person) not in words(admin.get(f"{OURS}tokens/new/"))


# --- notifications


def test_an_endpoint_from_the_register_to_the_second_try(house: House, admin: Client) -> None:
    host = {"host": "RPA.example.lg.jp", "port": "443", "note": "見本のRPA", "needs_verification": "on"}
    assert admin.post("/admin/api/webhookhost/add/", host).status_code == 302
    assert WebhookHost.objects.get().host == "rpa.example.lg.jp"
    data = {
        "posting": house.clerk.pk,
        "name": "業務システム",
        "url": "https://rpa.example.lg.jp/hook",
        "kinds": ["consultation.received"],
    }
    wrong = admin.post(f"{OURS}webhooks/new/", {**data, "url": "https://elsewhere.example.jp/"})
    assert wrong.status_code == 422
    assert "通知してよい一覧" in words(wrong)
    page = admin.post(f"{OURS}webhooks/new/", data)["Location"]
    endpoint = WebhookEndpoint.objects.get()
    assert "まだ何も送っていません" in words(admin.get(page))
    assert "whs_" not in admin.get(page).content.decode()
    assert "whs_" in words(admin.post(f"{page}secret/"))
    admin.post(f"{page}ping/")
    delivery = endpoint.deliveries.get()
    assert "送信待ち" in words(admin.get(page))
    delivery.state, delivery.reason = DeliveryState.DEAD, "先方が 500 を返しました。"
    delivery.save()
    listed = words(admin.get(f"{OURS}webhooks/"))
    assert "1件" in listed
    assert "届かなかった連携の通知" in words(admin.get("/admin/"))
    assert "もう一度送る" in words(admin.get(page))
    admin.post(f"{OURS}webhooks/deliveries/{delivery.pk}/again/")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.rounds) == (DeliveryState.QUEUED, 1)
    for name, is_active in (("stop", False), ("start", True)):
        admin.post(f"{page}{name}/")
        endpoint.refresh_from_db()
        assert endpoint.is_active is is_active
    admin.post(f"{page}key/")
    endpoint.refresh_from_db()
    assert endpoint.secret_version == 2
    assert admin.post(f"{page}fly/").status_code == 404
    assert "署名鍵の番号" in words(admin.get(page)), "the history says what changed"
