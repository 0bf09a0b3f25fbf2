"""One door for everybody, and a guesser meets it closed (ASSURANCE AT2, AT3, AT4, AV1)."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chiba_ward.access import adapters, throttle
from chiba_ward.access.models import User
from chiba_ward.directory.enums import Role
from tests.factories import PASSWORD, make_posting, make_user

pytestmark = pytest.mark.django_db
WRONG = "chigau-aikotoba-desu-99"


def attempt(client: Client, email: str, password: str) -> bool:
    """Whether this sign-in was let through to the next step."""
    return client.post(reverse("account_login"), {"login": email, "password": password}).status_code == 302


def test_waiting_is_said_in_minutes_and_ends(client: Client, time_machine: object) -> None:
    user = make_user()
    time_machine.move_to(timezone.now(), tick=False)  # type: ignore[attr-defined]  # the plugin's fixture has no public type
    for _ in range(throttle.FREE_TRIES):
        attempt(client, user.email, WRONG)
    page = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert "1分ほど待って" in page.content.decode()
    time_machine.shift(61)  # type: ignore[attr-defined]  # see above
    assert attempt(client, user.email, PASSWORD)


def test_a_stranger_cannot_keep_staff_out_of_their_own_browser(client: Client) -> None:
    staff = make_posting(Role.SECTION).person
    assert attempt(client, staff.email, PASSWORD)
    client.post(reverse("account_logout"))
    stranger = Client()
    for _ in range(20):
        attempt(stranger, staff.email, WRONG)
    assert not attempt(stranger, staff.email, PASSWORD)
    assert attempt(client, staff.email, PASSWORD)


def test_a_residents_browser_keeps_no_mark(client: Client, resident: User) -> None:
    assert attempt(client, resident.email, PASSWORD)
    assert "portal_device" not in client.cookies


def test_mails_say_nothing_about_the_person(client: Client, resident: User) -> None:
    User.objects.filter(pk=resident.pk).update(name="千葉 花子")
    client.post(reverse("account_reset_password"), {"email": resident.email})
    sent = mail.outbox[-1]
    assert sent.to == [resident.email]
    assert "パスワードの再設定" in sent.subject
    text = sent.subject + sent.body
    assert "花子" not in text
    assert resident.email not in text
    assert "相談" not in text


def test_sign_in_needs_no_broker(client: Client, resident: User, settings: object) -> None:
    """A port that nobody listens on: whoever asked Redis would fail here (ASSURANCE AV1)."""
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"  # type: ignore[attr-defined]  # fixture
    assert attempt(client, resident.email, PASSWORD)
    assert client.get(reverse("home_after_login")).status_code == 302


def test_no_table_holds_the_address_of_the_client(client: Client, resident: User) -> None:
    from allauth.usersessions.models import UserSession

    client.post(
        reverse("account_login"), {"login": resident.email, "password": PASSWORD}, REMOTE_ADDR="203.0.113.77"
    )
    held = UserSession.objects.get().ip
    assert held.startswith("fd")
    assert held == adapters.pseudonym("203.0.113.77"), "one client, one stand-in"
    assert held != adapters.pseudonym("203.0.113.78")


def test_a_mail_server_that_is_down_is_no_error_page(client: Client, settings: object, db: None) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]  # fixture
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # type: ignore[attr-defined]  # fixture
    fields = {"email": "new@example.test", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post(reverse("account_signup"), fields).status_code == 302


def test_demo_people_are_shut_out_of_production(client: Client, settings: object) -> None:
    demo = make_user(is_demo=True)
    settings.PORTAL_DEMO = False  # type: ignore[attr-defined]  # fixture
    attempt(client, demo.email, PASSWORD)
    assert "_auth_user_id" not in client.session
