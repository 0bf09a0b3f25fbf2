"""A form that cannot be received shows what was typed, so that it can be copied; it is kept and logged nowhere (C18)."""

import datetime as dt
import logging
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Office
from tests.conftest import SignIn
from tests.consultations import citizen_support as support
from tests.consultations.staff_support import House, make_house, taken
from tests.factories import make_posting

pytestmark = pytest.mark.django_db
HERE = {"HTTP_ORIGIN": "http://testserver", "HTTP_REFERER": "http://testserver/consult/x/story/?a=1"}
TEXT = "母の物忘れがひどくなりました。\n<b>KANARIYA</b> どうしたらよいでしょうか。"
SHOWN = "&lt;b&gt;KANARIYA&lt;/b&gt; どうしたらよいでしょうか。</textarea>"


@pytest.fixture
def city(db: None, tmp_path: Any, settings: Any) -> Office:
    settings.MEDIA_ROOT = tmp_path / "media"
    return support.make_city()


@pytest.fixture
def house(db: None) -> House:
    return make_house()


def without_token(client: Client) -> Client:
    strict = Client(enforce_csrf_checks=True, **HERE)
    strict.cookies = client.cookies
    return strict


def test_a_stale_form_of_a_resident(client: Client, city: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    draft = support.begin(client)
    form = {**support.STORY, "body": TEXT, "files": support.picture()}
    answer = without_token(client).post(f"{draft}/story/", form)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "まだ何も送られていません" in page
    assert SHOWN in page
    assert "母の介護のこと" in page
    assert "選んだファイルは、もう一度選んでください" in page
    assert 'href="/consult/x/story/?a=1"' in page
    assert ">family<" not in page, "a choice was not typed"
    assert "KANARIYA" not in caplog.text
    assert "no-store" in answer["Cache-Control"]


def test_a_stale_form_of_the_staff(house: House, sign_in: SignIn) -> None:
    case = taken(house)
    client = sign_in(house.clerk.person)
    address = reverse("staff:act", args=[case.receipt_no, "note"])
    page = without_token(client).post(address, {"note-text": TEXT, "seen": "1"}).content.decode()
    assert SHOWN in page
    assert not case.matter.timeline.filter(kind="consultation.note").exists()


def test_a_form_sent_after_the_session_ended(house: House, sign_in: SignIn, time_machine: Any) -> None:
    case = taken(house)
    client = sign_in(house.clerk.person, **HERE)
    client.get(reverse("admin:index"))
    time_machine.move_to(timezone.now() + dt.timedelta(minutes=20))
    address = reverse("staff:act", args=[case.receipt_no, "note"])
    answer = client.post(address, {"note-text": TEXT})
    assert answer.status_code == 401
    assert SHOWN in answer.content.decode()
    assert "_auth_user_id" not in client.session
    again = client.post(address, {"note-text": TEXT})
    assert again.status_code == 401, "and once more, now signed out for good"
    assert SHOWN in again.content.decode()
    empty = client.post(address, {"note-text": ""})
    assert empty["Location"].startswith(reverse("account_login"))


def test_a_change_of_rights_from_a_stale_sign_in(sign_in: SignIn, time_machine: Any) -> None:
    person = make_posting(Role.SECTION).person
    client = sign_in(make_posting(Role.SYSTEM_ADMIN).person, **HERE)
    time_machine.move_to(timezone.now(), tick=False)
    for _ in range(5):
        client.get(reverse("admin:index"))
        time_machine.shift(dt.timedelta(minutes=8))
    answer = client.post(reverse("admin:access_user_change", args=[person.pk]), {"name": "見本 あたらしい名"})
    assert answer.status_code == 401
    assert "見本 あたらしい名" in answer.content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_REFERER": "https://evil.example/x"},
        {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "http://testserver"},
        {},
    ],
)
def test_another_site_cannot_put_its_words_on_the_page(client: Client, headers: dict[str, str]) -> None:
    page = Client(enforce_csrf_checks=True, **headers).post("/status/", {"body": TEXT}).content.decode()
    assert "KANARIYA" not in page
    assert "まだ何も送られていません" in page


def test_secrets_are_never_shown_again(client: Client) -> None:
    form = {
        "login": "someone@example.test",
        "password": "himitsu no aikotoba",
        "phrase": "1234 5678 9012 3456",
        "code": "あ123456",
        "oldpassword": "mukashi no aikotoba",
        "body": "見本の文です",
    }
    page = Client(enforce_csrf_checks=True, **HERE).post("/account/login/", form).content.decode()
    for secret in ("himitsu", "1234 5678", "あ123456", "mukashi"):
        assert secret not in page
    assert "見本の文です" in page
