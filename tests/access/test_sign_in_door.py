"""One door for everybody, and a guesser meets it closed (ASSURANCE AT2, AT3, AT4, AV1)."""

import statistics
import time

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


@pytest.fixture
def checked_passwords(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that was really compared with an account."""
    seen: list[str] = []
    compare = User.check_password

    def noted(user: User, password: str) -> bool:
        seen.append(password)
        return compare(user, password)

    monkeypatch.setattr(User, "check_password", noted)
    return seen


def test_admin_has_no_form_of_its_own(client: Client, checked_passwords: list[str]) -> None:
    staff = make_posting(Role.SECTION).person
    for guess in [WRONG] * 60 + [PASSWORD]:
        response = client.post(reverse("admin:login"), {"username": staff.email, "password": guess})
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))
    assert "_auth_user_id" not in client.session
    assert checked_passwords == []


def test_sixty_guesses_are_not_answered(client: Client, checked_passwords: list[str]) -> None:
    user = make_user()
    for _ in range(60):
        assert not attempt(client, user.email, WRONG)
    assert len(checked_passwords) == throttle.FREE_TRIES
    assert not attempt(client, user.email, PASSWORD), "while waiting, the right password gives nothing away"


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


def test_unknown_and_known_address_get_the_same_answer(client: Client, resident: User) -> None:
    def answer(email: str) -> tuple[int, int]:
        page = client.post(reverse("account_login"), {"login": email, "password": WRONG})
        return page.status_code, len(page.content) - len(email)

    assert answer(resident.email) == answer("nobody-here@example.test")


@pytest.mark.parametrize("route", ["account_signup", "account_reset_password"])
def test_sign_up_and_reset_do_not_tell_who_is_registered(client: Client, resident: User, route: str) -> None:
    def outcome(email: str) -> tuple[int, str, int]:
        before = len(mail.outbox)
        fields = {"email": email, "password1": PASSWORD, "password2": PASSWORD}
        response = Client().post(reverse(route), fields)
        return response.status_code, response.get("Location", ""), len(mail.outbox) - before

    known, unknown = outcome(resident.email), outcome("nobody-here@example.test")
    assert known == unknown
    assert known[0] == 302
    assert known[2] == 1


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


def test_known_and_unknown_take_the_same_time(settings: object, client: Client, resident: User) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]  # type: ignore[attr-defined]  # fixture
    resident.set_password(PASSWORD)
    resident.save()

    def median(email: str) -> float:
        times = []
        for _ in range(4):  # below the free tries, so that passwords are really compared
            started = time.thread_time()
            attempt(client, email, WRONG)
            times.append(time.thread_time() - started)
        return statistics.median(times)

    known, unknown = median(resident.email), median("nobody-here@example.test")
    assert abs(known - unknown) < 0.35 * max(known, unknown)


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
