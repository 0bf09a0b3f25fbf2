"""Limits of sessions and of the key to one case; leaving leaves nothing behind (ASSURANCE SE2-SE5, AN4)."""

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chiba_ward.access import case_keys
from chiba_ward.access.actor import CASE_KEY, REFERRAL_KEY
from chiba_ward.access.models import Throttle, User
from chiba_ward.access.tasks import purge_sessions
from chiba_ward.directory.enums import Role
from tests.conftest import SignIn
from tests.factories import make_posting

pytestmark = pytest.mark.django_db


class Clock:
    def __init__(self, machine: object) -> None:
        self.machine = machine
        self.pass_time(0)

    def pass_time(self, minutes: float) -> None:
        moment = timezone.now() + dt.timedelta(minutes=minutes)
        self.machine.move_to(moment, tick=False)  # type: ignore[attr-defined]  # the plugin's fixture has no public type


@pytest.fixture
def clock(time_machine: object) -> Clock:
    return Clock(time_machine)


def is_in(client: Client, page: str = "access:second_factor") -> bool:
    return client.get(reverse(page), follow=False).get("Location", "").startswith(reverse("home_after_login"))


@pytest.mark.parametrize(("role", "idle"), [(Role.RECEPTION, 15), (Role.PARTNER, 15), (None, 30)])
def test_an_idle_session_ends(
    clock: Clock, sign_in: SignIn, resident: User, role: Role | None, idle: int
) -> None:
    client = sign_in(make_posting(role).person if role else resident, second_factor=bool(role))
    assert is_in(client)
    clock.pass_time(idle - 1)
    assert is_in(client)
    clock.pass_time(idle + 1)
    assert not is_in(client)


@pytest.mark.parametrize(("role", "hours"), [(Role.RECEPTION, 10), (None, 12)])
def test_a_busy_session_ends_too(
    clock: Clock, sign_in: SignIn, resident: User, role: Role | None, hours: int
) -> None:
    client = sign_in(make_posting(role).person if role else resident, second_factor=bool(role))
    for _ in range(hours * 6 - 1):
        assert is_in(client)
        clock.pass_time(10)
    clock.pass_time(11)
    assert not is_in(client)


def test_the_sign_in_page_says_why_and_leads_back(clock: Clock, as_role: SignIn) -> None:
    client = as_role(Role.RECEPTION)
    client.get(reverse("admin:index"))
    clock.pass_time(16)
    response = client.get(reverse("admin:index"))
    assert response["Location"] == f"{reverse('account_login')}?next=%2Fadmin%2F&ended=1"
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get(response["Location"]).context["has_session_ended"]


def test_signing_out_clears_the_browser(as_role: SignIn) -> None:
    for route in ("account_logout", "admin:logout"):
        client = as_role(Role.RECEPTION)
        response = client.post(reverse(route))
        assert response.status_code == 302, route
        assert response["Clear-Site-Data"] == '"cache", "storage"'
        assert not is_in(client)


def test_personal_pages_are_not_stored(as_role: SignIn) -> None:
    assert "no-store" in as_role(Role.RECEPTION).get(reverse("admin:index"))["Cache-Control"]


def test_quick_exit_forgets_the_browser_and_a_post_ends_the_session(resident_client: Client) -> None:
    key = resident_client.session.session_key
    response = resident_client.get(reverse("leave"))
    assert response["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert response["Cache-Control"].count("no-store")
    assert response.cookies["sessionid"].value == ""
    assert Session.objects.filter(session_key=key).exists(), "a GET writes nothing"

    resident_client.cookies["sessionid"] = key
    resident_client.post(reverse("leave"))
    assert not Session.objects.filter(session_key=key).exists()


def test_sessions_can_be_listed_and_ended(resident: User) -> None:
    from tests.factories import PASSWORD

    here, there = Client(), Client()
    for client in (here, there):
        client.post(reverse("account_login"), {"login": resident.email, "password": PASSWORD})
    page = here.get(reverse("usersessions_list"))
    assert page.status_code == 200
    here.post(reverse("usersessions_list"))
    assert is_in(here)
    assert not is_in(there)


# --- the key to one case ---------------------------------------------------------------------------


def give_key(client: Client, name: str, number: int) -> None:
    session = client.session
    case_keys.grant(session, name, number)
    session.save()
    client.cookies["sessionid"] = session.session_key


def held(client: Client) -> tuple[int | None, int | None]:
    actor = client.get(reverse("account_login")).context["actor"]
    return actor.matter_id, actor.referral_id


def test_the_key_opens_exactly_one_case(client: Client) -> None:
    give_key(client, CASE_KEY, 7)
    assert held(client) == (7, None)
    give_key(client, CASE_KEY, 8)
    assert held(client) == (8, None)
    give_key(client, REFERRAL_KEY, 3)
    assert held(client) == (None, 3)  # one browser stands for one person: the resident, or the partner


def test_the_key_opens_no_page_of_an_account(client: Client) -> None:
    give_key(client, CASE_KEY, 7)
    for route in ("admin:index", "account_email", "home_after_login"):
        assert (
            client.get(reverse(route), follow=True).redirect_chain[-1][0].startswith(reverse("account_login"))
        )


def test_the_key_is_idle_fifteen_minutes_at_most(client: Client, clock: Clock) -> None:
    give_key(client, CASE_KEY, 7)
    clock.pass_time(14)
    assert held(client) == (7, None)
    clock.pass_time(16)
    assert held(client) == (None, None)


def test_the_key_lives_an_hour_at_most(client: Client, clock: Clock) -> None:
    give_key(client, CASE_KEY, 7)
    for _ in range(5):
        clock.pass_time(11)
        assert held(client) == (7, None)
    clock.pass_time(6)
    assert held(client) == (None, None)


def test_granting_changes_the_session_id(client: Client) -> None:
    give_key(client, CASE_KEY, 7)
    before = client.session.session_key
    give_key(client, CASE_KEY, 8)
    assert client.session.session_key != before


def test_nightly_purge_drops_what_is_over(sign_in: SignIn, resident: User, clock: Clock) -> None:
    from allauth.usersessions.models import UserSession

    client = sign_in(resident, second_factor=False)
    kept = client.session.session_key
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - dt.timedelta(days=1))
    for key in ("old", kept):
        UserSession.objects.create(user=resident, session_key=key, ip="fd00::1", user_agent="x")
    Throttle.objects.create(key="old", window_started_at=now - dt.timedelta(days=3))
    Throttle.objects.create(key="new", window_started_at=now)
    purge_sessions()
    purge_sessions()
    assert [entry.session_key for entry in UserSession.objects.order_by("id")] == [kept]
    assert list(Session.objects.order_by("session_key").values_list("session_key", flat=True)) == [kept]
    assert list(Throttle.objects.order_by("key").values_list("key", flat=True)) == ["new"]
