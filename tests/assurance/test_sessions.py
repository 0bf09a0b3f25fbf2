"""A session: bound to this host, new at every sign-in, ended everywhere at once, and asked again when it is stale (SE1-SE6)."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from http.cookies import Morsel
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from chiba_ward.access.models import User
from chiba_ward.access.public import routes
from chiba_ward.access.secrets_at_rest import secrets_of
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Posting
from consultations.services.referrals import links
from tests.conftest import SignIn
from tests.consultations import referral_support
from tests.consultations.citizen_support import make_city, send, unlock
from tests.factories import PASSWORD, make_office, make_posting, make_user, make_ward

pytestmark = pytest.mark.django_db
HTTPS = {"wsgi.url_scheme": "https", "SERVER_PORT": "443"}
SESSION = "__Host-portal"


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(counters()))))


def with_app(user: User) -> str:
    secret: str = generate_totp_secret()
    with secrets_of(user.pk):
        TOTP.activate(user, secret)
    return secret


def sign_in_with_code(client: Client, user: User, secret: str) -> None:
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert client.post(reverse("mfa_authenticate"), {"code": code_for(secret)}).status_code == 302


def is_in(client: Client) -> bool:
    return (
        not client.get(reverse("access:second_factor"))
        .headers["Location"]
        .startswith(reverse("account_login"))
    )


# --- SE1


@pytest.fixture
def as_in_production(settings: Any) -> None:
    """What chiba_ward.settings.production says of cookies; that it says so is tested beside it."""
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = SESSION, "__Host-csrf"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.PORTAL_COOKIE_PREFIX = "__Host-"


def enter_as_resident(client: Client) -> None:
    client.post(reverse("account_login"), {"login": make_user().email, "password": PASSWORD})


def enter_as_staff(client: Client) -> None:
    person = make_posting(Role.RECEPTION).person
    sign_in_with_code(client, person, with_app(person))


def enter_as_partner(client: Client) -> None:
    person = make_posting(Role.PARTNER).person
    sign_in_with_code(client, person, with_app(person))


def enter_with_number(client: Client) -> None:
    number, phrase = send(Client())
    unlock(client, number, phrase)


def enter_with_link(client: Client) -> None:
    world = referral_support.make_world()
    link = referral_support.sent(world, world.by_link).links.get()
    links.send_code(link)
    link.refresh_from_db()
    address = reverse("partner:code", args=[links._token(link.seed)])
    assert client.post(address, {"code": links._code(link.code_seed)}).status_code == 302


FACES: list[Callable[[Client], None]] = [
    enter_as_resident,
    enter_as_staff,
    enter_as_partner,
    enter_with_number,
    enter_with_link,
]


@pytest.mark.parametrize("enter", FACES)
@pytest.mark.usefixtures("as_in_production")
def test_se1_cookies_are_bound_to_this_host_and_the_id_changes_at_the_door(
    enter: Callable[[Client], None],
) -> None:
    make_city()
    client = Client(**HTTPS)  # type: ignore[arg-type]  # the environment of a request
    session = client.session
    session["before"] = 1
    session.save()
    client.cookies[SESSION] = planted = session.session_key
    enter(client)
    assert client.cookies[SESSION].value not in ("", planted), "an id that somebody planted is worth nothing"
    client.get(reverse("account_login"))
    client.post("/consult/")
    assert len(client.cookies) >= 2
    assert [problem for morsel in client.cookies.values() for problem in loose(morsel)] == []


def loose(morsel: "Morsel[str]") -> Iterator[str]:
    if not morsel.key.startswith("__Host-"):
        yield f"{morsel.key} may be planted by another host of the city"
    wanted = {"path": "/", "domain": "", "secure": True, "httponly": True}
    yield from (
        f"{morsel.key}: {name} is {morsel[name]!r}" for name, value in wanted.items() if morsel[name] != value
    )
    if morsel["samesite"] not in ("Lax", "Strict"):
        yield f"{morsel.key}: samesite is {morsel['samesite']!r}"


# --- SE3


@pytest.fixture
def two_browsers() -> tuple[User, str, Client, Client]:
    person = make_posting(Role.SECTION).person
    secret = with_app(person)
    here, there = Client(), Client()
    sign_in_with_code(here, person, secret)
    return person, secret, here, there


def open_the_other(person: User, secret: str, there: Client, time_machine: Any) -> None:
    """Half a minute later, when the app shows the next number."""
    time_machine.move_to(timezone.now() + dt.timedelta(seconds=31))
    sign_in_with_code(there, person, secret)
    assert is_in(there)


def test_se3_a_new_password_ends_the_other_sessions(two_browsers: Any, time_machine: Any) -> None:
    person, secret, here, there = two_browsers
    open_the_other(person, secret, there, time_machine)
    new = "atarashii-aikotoba-2030"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post(reverse("account_change_password"), form).status_code == 302
    assert is_in(here)
    assert not is_in(there)


@pytest.mark.django_db(transaction=True)  # allauth tells of a factor after the commit
def test_se3_a_new_factor_ends_the_other_sessions(two_browsers: Any, time_machine: Any) -> None:
    person, secret, here, there = two_browsers
    open_the_other(person, secret, there, time_machine)
    person.postings.update(ends_on=timezone.localdate())  # who has no duty may take it off
    assert here.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert here.get(reverse("account_email")).status_code == 200
    assert there.get(reverse("account_email")).headers["Location"].startswith(reverse("account_login"))


def test_se3_a_person_who_is_switched_off_is_out_at_the_next_request(
    two_browsers: Any, time_machine: Any, as_role: SignIn
) -> None:
    person, secret, here, there = two_browsers
    open_the_other(person, secret, there, time_machine)
    office = as_role(Role.SYSTEM_ADMIN)
    form = {"email": person.email, "name": person.name, "kana": "シケン"}  # 有効 is not ticked
    assert office.post(reverse("admin:access_user_change", args=[person.pk]), form).status_code == 302
    assert not is_in(here)
    assert not is_in(there)


# --- SE4


def test_se4_the_person_sees_and_ends_the_other_sessions(two_browsers: Any, time_machine: Any) -> None:
    person, secret, here, there = two_browsers
    there.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Chrome/156.0 Safari/537.36 Edg/156.0"
    open_the_other(person, secret, there, time_machine)
    page = here.get(reverse("usersessions_list")).content.decode()
    assert "Edge（Windows）" in page
    assert "この端末" in page
    here.post(reverse("usersessions_list"))
    assert is_in(here)
    assert not is_in(there)


def test_se4_the_system_office_sees_and_ends_them(two_browsers: Any, as_role: SignIn) -> None:
    person, _, here, _ = two_browsers
    office = as_role(Role.SYSTEM_ADMIN)
    address = reverse("admin:access_user_sessions", args=[person.pk])
    assert address in office.get(reverse("admin:access_user_change", args=[person.pk])).content.decode()
    page = office.get(address).content.decode()
    assert page.count("からログイン中") == 1
    ended = office.post(address, follow=True).content.decode()
    assert "1台の端末をログアウトしました" in ended
    assert "ログイン中の端末はありません" in ended
    assert not is_in(here)
    assert office.get(reverse("admin:access_user_sessions", args=[0])).status_code == 404


def test_se4_who_may_not(two_browsers: Any, as_role: SignIn) -> None:
    """The auditor looks and does not touch; for everybody else the page does not exist."""
    person, _, here, _ = two_browsers
    address = reverse("admin:access_user_sessions", args=[person.pk])
    auditor = as_role(Role.AUDITOR)
    assert "すべての端末をログアウト" not in auditor.get(address).content.decode()
    assert auditor.post(address).status_code == 404
    for role in (Role.RECEPTION, Role.SECTION, Role.COORDINATOR):
        client = as_role(role)
        assert client.get(address).status_code == client.post(address).status_code == 404
    assert is_in(here)


def test_se4_a_session_whose_id_was_rotated_can_still_be_ended(client: Client) -> None:
    """A resident who opens a case by its number gets a new id; the list of sessions goes along."""
    make_city()
    resident = make_user()
    number, phrase = send(Client())
    client.post(reverse("account_login"), {"login": resident.email, "password": PASSWORD})
    before = client.session.session_key
    assert unlock(client, number, phrase).status_code == 302
    assert client.session.session_key != before
    from chiba_ward.access import sessions

    assert [session.session_key for session in sessions.living(resident)] == [client.session.session_key]
    assert sessions.end_all(resident) == 1
    assert client.get(reverse("account_email")).headers["Location"].startswith(reverse("account_login"))


# --- SE6


class Stale:
    """A member of staff who signed in sixteen minutes ago and has been at work since."""

    def __init__(self, role: Role, sign_in: SignIn, clock: Any, **posting: Any) -> None:
        self.person = make_posting(role, **posting).person
        self.secret = with_app(self.person)
        self.client = sign_in(self.person)
        self.clock = clock
        clock.move_to(timezone.now(), tick=False)
        self.client.get(reverse("admin:index"))
        self.work(16)

    def work(self, minutes: int) -> None:
        for _ in range(minutes // 8):
            self.clock.shift(dt.timedelta(minutes=8, seconds=1))
            self.client.get(reverse("admin:index"))

    def prove(self, location: str) -> Any:
        """Type the password where one was sent; the answer of that page."""
        parts = urlsplit(location)
        return self.client.post(f"{parts.path}?{parts.query}", {"password": PASSWORD})


EXPORTS = [f"/{route}" for route, _ in routes(get_resolver()) if re.search(r"csv|xlsx|export", route)]


WHO_EXPORTS = {
    "/admin/area-officers/list.csv": Role.SECTION,
    "/admin/area-officers/promises/list.csv": Role.SECTION,
    "/admin/area-officers/visits/list.csv": Role.SECTION,
    "/admin/centre/ledger/list.csv": Role.ABUSE_TEAM,
    "/admin/circulars/list.csv": Role.SECTION,
    "/admin/ward-meetings/list.csv": Role.SECTION,
    "/admin/community/enrolment/list.csv": Role.SECTION,
    "/admin/community/orgs/list.csv": Role.SECTION,
    "/admin/consultations/list.csv": Role.SECTION,
    "/admin/consultations/referrals/placed.csv": Role.SECTION,
    "/admin/matching/matches/list.csv": Role.SECTION,
    "/admin/matching/needs/list.csv": Role.SECTION,
    "/admin/matching/offers/list.csv": Role.SECTION,
    "/admin/open-data/list.csv": Role.AREA_OFFICER,
    "/admin/read-log/list.csv": Role.AUDITOR,
    "/admin/specialists/list.csv": Role.SECTION,
}


# The section whose list it is, by its routing code; any other one where none is named.
WHERE = {
    "/admin/area-officers/list.csv": "CHIIKI",
    "/admin/area-officers/promises/list.csv": "CHIIKI",
    "/admin/area-officers/visits/list.csv": "CHIIKI",
    "/admin/centre/ledger/list.csv": "KODOMO",
    "/admin/community/enrolment/list.csv": "CHIIKI",
    "/admin/community/orgs/list.csv": "CHIIKI",
    "/admin/matching/matches/list.csv": "CHIIKI",
    "/admin/matching/needs/list.csv": "CHIIKI",
    "/admin/matching/offers/list.csv": "CHIIKI",
}


def test_se6_every_export_is_in_the_list() -> None:
    """A new route that carries data away by its name is asked below, or this fails."""
    assert sorted(EXPORTS) == sorted(WHO_EXPORTS)


@pytest.mark.parametrize("path", EXPORTS)
def test_se6_an_export_asks_again_and_leads_back_to_the_filtered_list(
    path: str, sign_in: SignIn, time_machine: Any
) -> None:
    role = WHO_EXPORTS[path]
    office = make_office(ward=make_ward(), routing_code=WHERE.get(path, ""))
    fresh = sign_in(make_posting(role, office=office).person)
    assert fresh.get(path).headers["Content-Type"].startswith("text/csv")
    stale = Stale(role, sign_in, time_machine, office=office)
    asked = stale.client.get(f"{path}?state=received&q=%E6%AF%8D")
    assert asked.status_code == 302
    location = urlsplit(asked["Location"])
    assert location.path == reverse("account_reauthenticate")
    following = parse_qs(location.query)["next"][0]
    assert following == f"{path.rsplit('/', 1)[0]}/?state=received&q=%E6%AF%8D"
    page = stale.client.get(asked["Location"]).content.decode()
    assert "もう一度ご本人であることを確かめてください" in page
    refused = stale.client.post(asked["Location"], {"password": "chigau-aikotoba-99"})
    assert refused.status_code == 200
    assert stale.client.get(path).status_code == 302
    back = stale.prove(asked["Location"])
    assert back["Location"] == following
    assert stale.client.get(following).status_code == 200
    assert stale.client.get(path).headers["Content-Type"].startswith("text/csv")


RIGHTS = ["access_user", "directory_post", "directory_posting"]


@pytest.mark.parametrize("table", RIGHTS)
def test_se6_a_change_of_rights_asks_again(table: str, sign_in: SignIn, time_machine: Any) -> None:
    posting = make_posting(Role.SECTION)
    row = {"access_user": posting.person, "directory_post": posting.post, "directory_posting": posting}[table]
    stale = Stale(Role.SYSTEM_ADMIN, sign_in, time_machine)
    listing = reverse(f"admin:{table}_changelist")
    for path in (reverse(f"admin:{table}_change", args=[row.pk]), reverse(f"admin:{table}_add")):
        assert stale.client.get(path)["Location"].startswith(reverse("account_reauthenticate")), path
    assert stale.client.get(listing).status_code == 200, "looking is not changing"
    stale.work(16)
    action = {"action": "move", "_selected_action": [str(row.pk)]}
    for path, form in ((listing, action), (reverse(f"admin:{table}_add"), {"name": "x"})):
        assert stale.client.post(path, form)["Location"].startswith(reverse("account_reauthenticate")), path
    change = reverse(f"admin:{table}_change", args=[row.pk])
    assert stale.prove(stale.client.get(change)["Location"])["Location"] == change
    assert stale.client.get(change).status_code == 200


def test_se6_a_form_that_was_opened_in_time_may_be_sent(sign_in: SignIn, time_machine: Any) -> None:
    """Sixteen minutes over a form are no reason to lose what was typed; half an hour is."""
    posting = make_posting(Role.SECTION)
    stale = Stale(Role.SYSTEM_ADMIN, sign_in, time_machine)
    form = {
        "person": posting.person.pk,
        "post": posting.post.pk,
        "kind": posting.kind,
        "starts_on": "2020-04-01",
        "ends_on": "2030-04-01",
    }
    address = reverse("admin:directory_posting_change", args=[posting.pk])
    assert stale.client.post(address, form)["Location"] == reverse("admin:directory_posting_changelist")
    assert Posting.objects.get(pk=posting.pk).ends_on == dt.date(2030, 4, 1)
    stale.work(16)
    assert stale.client.post(address, form)["Location"].startswith(reverse("account_reauthenticate"))


def test_se6_the_other_factor_proves_too(sign_in: SignIn, time_machine: Any) -> None:
    stale = Stale(Role.SECTION, sign_in, time_machine)
    asked = stale.client.get(EXPORTS[0])["Location"]
    page = stale.client.get(asked).content.decode()
    other = reverse("mfa_reauthenticate") + "?" + urlsplit(asked).query
    assert other.replace("&", "&amp;") in page
    assert stale.client.post(other, {"code": code_for(stale.secret)})["Location"] == "/admin/consultations/"
    assert stale.client.get(EXPORTS[0]).headers["Content-Type"].startswith("text/csv")


def test_se6_a_demo_person_presses_the_demo_door_again(client: Client, time_machine: Any) -> None:
    demo = make_posting(Role.SECTION, person=make_user(is_demo=True, name="見本", password=None)).person
    time_machine.move_to(timezone.now(), tick=False)
    client.post(reverse("access:demo_sign_in"), {"user": demo.pk})
    client.get(reverse("admin:index"))
    time_machine.shift(dt.timedelta(minutes=8))
    client.get(reverse("admin:index"))
    time_machine.shift(dt.timedelta(minutes=8))
    asked = client.get(EXPORTS[0])["Location"]
    assert asked.startswith(reverse("access:demo_sign_in"))
    back = client.post(asked, {"user": demo.pk, "next": parse_qs(urlsplit(asked).query)["next"][0]})
    assert back["Location"] == "/admin/consultations/"
    assert client.get(EXPORTS[0]).status_code == 200
