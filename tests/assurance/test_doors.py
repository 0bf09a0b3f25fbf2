"""Every door of the portal: nobody of the staff without a second factor, and a guesser gets five answers (AT1-AT4)."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, resolve, reverse

from chiba_ward.access import throttle
from chiba_ward.access.doors import BEFORE_SECOND_FACTOR
from chiba_ward.access.models import User
from chiba_ward.access.public import reviewed_routes
from chiba_ward.access.secrets_at_rest import secrets_of
from chiba_ward.casework import drafts
from chiba_ward.casework.passphrase import PassphraseHasher
from chiba_ward.directory.enums import PARTNER_ROLES, STAFF_ROLES, Role
from chiba_ward.directory.models import Office
from consultations.services.referrals import links
from tests.conftest import SignIn
from tests.consultations.citizen_support import make_city, send
from tests.factories import PASSWORD, make_posting, make_user
from tests.guards.places import guessed_places

DESCRIPTION = ("/api/v1/openapi.json", "/api/v1/docs/")
WRONG = "chigau-aikotoba-desu-99"
GUESSES = 60
ROLES = sorted({*STAFF_ROLES, *PARTNER_ROLES})
Count = Callable[[], int]


# --- AT1


@pytest.mark.django_db
@pytest.mark.usefixtures("without_lines")
@pytest.mark.parametrize("role", ROLES)
def test_at1_without_a_second_factor_no_route_opens(role: Role, sign_in: SignIn) -> None:
    client = sign_in(make_posting(role).person, second_factor=False)
    assert opened_without_factor(client, "get") == []


@pytest.mark.django_db
@pytest.mark.usefixtures("without_lines")
@pytest.mark.parametrize("method", ["post", "put", "delete", "head", "options"])
def test_at1_nor_by_any_other_method(method: str, sign_in: SignIn) -> None:
    client = sign_in(make_posting(Role.SYSTEM_ADMIN).person, second_factor=False)
    assert opened_without_factor(client, method) == []


def opened_without_factor(client: Client, method: str) -> list[str]:
    tried = [
        place.path for place in guessed_places() if resolve(place.path).view_name not in BEFORE_SECOND_FACTOR
    ]
    assert len(tried) > 150
    enrolment = reverse("access:second_factor")
    answers = ((path, getattr(client, method)(path)) for path in tried)
    return [path for path, answer in answers if not (leads_to(enrolment, answer) or is_shut(path, answer))]


def leads_to(place: str, answer: Any) -> bool:
    return bool(answer.headers.get("Location", "").startswith(place))


def is_shut(path: str, answer: Any) -> bool:
    """The API knows no sessions: without a token it says no more than its own description."""
    return path.startswith("/api/") and (answer.status_code in (401, 404, 405) or path in DESCRIPTION)


def test_at1_the_factors_are_passkey_and_app_and_nothing_that_travels_by_mail_or_sms() -> None:
    assert set(settings.MFA_SUPPORTED_TYPES) == {"totp", "webauthn", "recovery_codes"}
    with pytest.raises(NoReverseMatch):
        reverse("account_request_login_code")


def test_at1_what_opens_before_it_shows_no_record() -> None:
    """Enrolling, proving, leaving, one's own addresses. A line added here was looked at."""
    own = {name for name in BEFORE_SECOND_FACTOR if not name.startswith(("account_", "mfa_"))}
    assert own == {"access:second_factor", "access:switch_posting", "leave", "livez", "readyz"}


# --- AT2


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> Count:
    """How many secrets were really compared: passwords, codes of the app, passphrases, codes by mail."""
    seen: Counter[str] = Counter()

    def counting(owner: Any, name: str) -> None:
        original = getattr(owner, name)

        def counted(*args: Any, **kwargs: Any) -> Any:
            seen[name] += 1
            return original(*args, **kwargs)

        monkeypatch.setattr(owner, name, counted)

    counting(User, "check_password")
    counting(TOTP, "validate_code")
    counting(PassphraseHasher, "verify")
    counting(links, "_is_right")
    return lambda: sum(seen.values())


@pytest.fixture
def city(db: None, tmp_path: Any, settings: Any) -> Office:
    settings.MEDIA_ROOT = tmp_path / "media"
    return make_city()


def with_app(user: User) -> User:
    with secrets_of(user.pk):
        TOTP.activate(user, generate_totp_secret())
    return user


@pytest.mark.django_db
def test_at2_password(client: Client, compared: Count) -> None:
    user = make_user()
    for _ in range(GUESSES):
        client.post(reverse("account_login"), {"login": user.email, "password": WRONG})
    assert compared() == throttle.FREE_TRIES


@pytest.mark.django_db
def test_at2_the_admin_has_no_door(client: Client, compared: Count) -> None:
    user = make_posting(Role.SYSTEM_ADMIN).person
    for guess in [WRONG] * GUESSES + [PASSWORD]:
        answer = client.post(reverse("admin:login"), {"username": user.email, "password": guess})
        assert answer["Location"].startswith(reverse("account_login"))
    assert compared() == 0


@pytest.mark.django_db
def test_at2_code_of_the_app(client: Client, compared: Count) -> None:
    user = with_app(make_posting(Role.SECTION).person)
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    before = compared()
    for number in range(GUESSES):
        page = client.post(reverse("mfa_authenticate"), {"code": f"{number:06}"})
    assert compared() - before == throttle.FREE_TRIES
    assert "分ほど待って" in page.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("route", "field"), [("account_reauthenticate", "password"), ("mfa_reauthenticate", "code")]
)
def test_at2_proving_again(route: str, field: str, sign_in: SignIn, compared: Count) -> None:
    client = sign_in(with_app(make_posting(Role.SECTION).person))
    for number in range(GUESSES):
        client.post(reverse(route), {field: f"{number:06}"})
    assert 0 < compared() <= throttle.FREE_TRIES


def test_at2_receipt(client: Client, city: Office, compared: Count) -> None:
    number, _ = send(client)
    before = compared()
    for guess in range(GUESSES):
        Client().post("/status/", {"number": number, "phrase": f"1111 2222 3333 {guess:04}"})
    assert compared() - before == throttle.FREE_TRIES


def test_at2_draft(client: Client, city: Office, compared: Count) -> None:
    number = drafts.suspend(drafts.start("consultation"))[0]
    before = compared()
    for guess in range(GUESSES):
        client.post("/consult/resume/", {"number": number, "phrase": f"1111 2222 3333 {guess:04}"})
    assert compared() - before == throttle.FREE_TRIES


def test_at2_code_by_mail(demo_city: None, client: Client, compared: Count) -> None:
    from tests.guards.people import linked_referral

    link = linked_referral().links.get(revoked_at=None)
    links.send_code(link)
    address = reverse("partner:code", args=[links._token(link.seed)])
    for guess in range(GUESSES):
        client.post(address, {"code": f"{guess:06}"})
    link.refresh_from_db()
    assert link.code_tries == links.TRIES
    assert link.code_hash == ""


DOORS = {
    "account/login/",
    "account/signup/",
    "circulars/",  # tests/circulars/test_households.py
    "circulars/key/kairan-<str:code>/",  # the same form, filled in by a QR code
    "consult/resume/",
    "status/",
    "partner/link/<str:token>/code/",
}


def test_at2_no_open_page_asks_for_a_secret_but_the_doors_above(demo_city: None) -> None:
    """A new door must come into the table and get its sixty guesses. Signing up chooses a secret, it asks for none."""
    secret = re.compile(r'type="password"|name="(?:code|phrase|token|secret|pin)"')
    places = [*guessed_places(), *link_places()]
    found = set()
    for place in places:
        if place.route in reviewed_routes():
            answer = Client().get(place.path)
            if not answer.streaming and secret.search(answer.content.decode(errors="replace")):
                found.add(place.route)
    assert found == DOORS


def link_places() -> Iterator[Any]:
    from tests.guards.people import linked_referral
    from tests.guards.places import Place

    token = links._token(linked_referral().links.get(revoked_at=None).seed)
    for name in ("link", "code"):
        path = reverse(f"partner:{name}", args=[token])
        yield Place(str(resolve(path).route), path)


# --- AT3


@pytest.mark.django_db(transaction=True)
def test_at3_a_hundred_guesses_at_once(compared: Count) -> None:
    """The guesser is answered five times, and the owner's own browser is let in meanwhile."""
    staff = make_posting(Role.SECTION).person
    known = Client()
    enter = {"login": staff.email, "password": PASSWORD}
    assert known.post(reverse("account_login"), enter).status_code == 302
    known.post(reverse("account_logout"))
    before = compared()

    def guess(number: int) -> int:
        try:
            guessed = {"login": staff.email, "password": f"{WRONG}{number}"}
            return Client().post(reverse("account_login"), guessed).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=16) as pool:
        answers = Counter(pool.map(guess, range(100)))
    assert answers == {200: 100}
    assert compared() - before <= throttle.FREE_TRIES + 2
    assert Client().post(reverse("account_login"), enter).status_code == 200, "elsewhere one waits"
    assert known.post(reverse("account_login"), enter).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_at3_a_hundred_codes_at_once(compared: Count) -> None:
    user = with_app(make_posting(Role.SECTION).person)
    browsers = []
    for _ in range(4):
        browsers.append(Client())
        browsers[-1].post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    before = compared()

    def guess(number: int) -> None:
        try:
            browsers[number % 4].post(reverse("mfa_authenticate"), {"code": f"{number:06}"})
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(guess, range(100)))
    assert compared() - before <= throttle.FREE_TRIES + 2


@pytest.mark.django_db
def test_at3_one_network_is_slowed_and_a_flood_raises_the_alarm(
    client: Client, monkeypatch: pytest.MonkeyPatch, compared: Count
) -> None:
    people = [make_user() for _ in range(throttle.BUCKET_FREE_TRIES + 5)]
    alarms: list[str] = []
    monkeypatch.setattr(throttle.log, "error", lambda event, **_: alarms.append(event))
    monkeypatch.setattr(throttle, "EVERYBODY_AN_HOUR", 20)
    for person in people:
        client.post(reverse("account_login"), {"login": person.email, "password": WRONG})
    assert compared() == throttle.BUCKET_FREE_TRIES
    assert set(alarms) == {"flood_of_tries"}
    elsewhere = {"login": people[-1].email, "password": PASSWORD}
    answer = client.post(reverse("account_login"), elsewhere, REMOTE_ADDR="203.0.113.9")
    assert answer.status_code == 302, "an alarm keeps nobody out"


# --- AT4: what an answer tells of who is registered. Work is counted, not timed.

TIMES = 25


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> Count:
    seen: Counter[str] = Counter()
    original = MD5PasswordHasher.encode

    def encode(hasher: MD5PasswordHasher, password: str, salt: str) -> str:
        seen["encode"] += 1
        encoded: str = original(hasher, password, salt)
        return encoded

    monkeypatch.setattr(MD5PasswordHasher, "encode", encode)
    return lambda: seen["encode"]


@pytest.mark.django_db
@pytest.mark.parametrize("route", ["account_login", "account_signup", "account_reset_password"])
def test_at4_known_and_unknown_addresses_are_answered_alike(route: str, hashes: Count) -> None:
    addresses = (f"198.51.{number}.7" for number in range(2 * TIMES))  # a network may only ask so often
    known = [make_user(f"known-{number:02}@example.test").email for number in range(TIMES)]
    unknown = [f"other-{number:02}@example.test" for number in range(TIMES)]

    def outcome(email: str) -> tuple[int, str, int, int, int]:
        mails, work = len(mail.outbox), hashes()
        chosen = {"email": email, "password1": PASSWORD, "password2": PASSWORD}
        form = {"login": email, "password": WRONG, **chosen}
        answer = Client(REMOTE_ADDR=next(addresses)).post(reverse(route), form)
        text = answer.content.decode().replace(email, "")
        return (
            answer.status_code,
            answer.headers.get("Location", ""),
            len(text),
            len(mail.outbox) - mails,
            hashes() - work,
        )

    assert {outcome(email) for email in known} == {outcome(email) for email in unknown}


def test_at4_known_and_unknown_numbers_are_answered_alike(
    client: Client, city: Office, compared: Count
) -> None:
    from chiba_ward.casework import receipt_numbers

    known = [send(Client())[0] for _ in range(3)]
    unknown = [receipt_numbers.new("S") for _ in range(3)]

    def outcome(number: str) -> tuple[int, str, int]:
        before = compared()
        answer = Client().post("/status/", {"number": number, "phrase": "1111 2222 3333 4444"})
        text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
        return answer.status_code, text.replace(number, ""), compared() - before

    outcomes = [
        {outcome(number) for number in numbers for _ in range(TIMES // 5)} for numbers in (known, unknown)
    ]
    assert outcomes[0] == outcomes[1]
