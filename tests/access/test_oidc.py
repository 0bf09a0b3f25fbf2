"""The city's identity provider for real: a running provider, signed tokens, the portal's own door (AT2, SE6)."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from chiba_ward.access.models import User
from chiba_ward.access.secrets_at_rest import secrets_of
from chiba_ward.directory.enums import Role
from chiba_ward.settings.oidc import form_targets, providers
from tests.access.city_provider import CityProvider, environ, running
from tests.factories import make_posting

pytestmark = pytest.mark.django_db
LOGIN = "/account/oidc/city/login/"
Configure = Callable[..., None]


@pytest.fixture
def city() -> Iterator[CityProvider]:
    with running() as provider:
        yield provider


@pytest.fixture
def configure(settings: Any, city: CityProvider) -> Configure:
    """`configure(PORTAL_OIDC_AMR="mfa")`: as the environment of production would."""

    def configured(**more: str) -> None:
        settings.SOCIALACCOUNT_PROVIDERS = providers(environ(city, **more))
        policy = deepcopy(settings.CONTENT_SECURITY_POLICY)
        policy["DIRECTIVES"]["form-action"] = ["'self'", *form_targets(environ(city))]
        settings.CONTENT_SECURITY_POLICY = policy

    configured()
    return configured


@pytest.fixture
def staff(configure: Configure) -> User:
    """Entered by the system office: an address, no password, never signed in."""
    person = User.objects.create_user("shokuin@city.example", name="見本 職員")
    make_posting(Role.SECTION, person=person)
    return person


def asked_by(client: Client, query: str = "") -> str:
    """Press 「庁内認証」: the address at the provider."""
    return str(client.post(f"{LOGIN}{query}")["Location"])


def come_back(client: Client, authorize: str) -> Any:
    """Through the provider, and what the portal answers to its code."""
    back = requests.get(authorize, allow_redirects=False, timeout=5).headers["Location"]
    return client.get(back.removeprefix("http://testserver"))


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_person_of_the_staff_enters_by_the_verified_address(
    client: Client, city: CityProvider, staff: User
) -> None:
    city.sign_in("Shokuin@City.example")
    answer = come_back(client, asked_by(client, "?next=/admin/"))
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(staff.pk)
    assert EmailAddress.objects.get(user=staff).verified
    first = client.get("/admin/")
    assert first["Location"].startswith(reverse("access:second_factor")), (
        "a provider alone is no second factor"
    )


def test_the_question_is_bound_to_this_browser(client: Client, city: CityProvider, staff: User) -> None:
    asked = {name: values[0] for name, values in parse_qs(urlsplit(asked_by(client)).query).items()}
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 16
    assert len(asked["nonce"]) >= 24
    assert asked["redirect_uri"] == "http://testserver/account/oidc/city/login/callback/"


def test_a_link_from_elsewhere_starts_nothing(client: Client, city: CityProvider, staff: User) -> None:
    """Login CSRF: a GET shows a button, a POST needs its token."""
    page = client.get(LOGIN)
    assert page.status_code == 200
    assert Client(enforce_csrf_checks=True).post(LOGIN).status_code == 403
    assert city.asked == []


@pytest.mark.parametrize("whose", ["nobody", "another browser"])
def test_a_code_that_this_browser_did_not_ask_for_opens_nothing(
    client: Client, city: CityProvider, staff: User, whose: str
) -> None:
    """An attacker sends the victim a link with the attacker's own code."""
    city.sign_in(staff.email)
    attacker = Client()
    back = requests.get(asked_by(attacker), allow_redirects=False, timeout=5).headers["Location"]
    path = back.removeprefix("http://testserver")
    if whose == "nobody":
        path = path.split("&state=")[0] + "&state=guessed"
    answer = client.get(path)
    assert answer.status_code in (200, 401)
    assert not is_in(client)


def test_a_stolen_code_does_not_fit_another_browsers_question(
    client: Client, city: CityProvider, staff: User
) -> None:
    """The victim's code with the thief's own state: PKCE and nonce both stand against it."""
    city.sign_in(staff.email)
    stolen = parse_qs(urlsplit(city.authorize(_params(asked_by(Client())))).query)["code"][0]
    state = _params(asked_by(client))["state"]
    answer = client.get(f"{LOGIN}callback/?code={stolen}&state={state}")
    assert answer.status_code in (200, 401)
    assert not is_in(client)


def _params(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": "of another question"},
        {"nonce": ""},
        {"aud": "another-client"},
        {"iss": "https://evil.example"},
        {"exp": 1},
    ],
    ids="-".join,
)
def test_a_token_that_does_not_fit_opens_nothing(
    client: Client, city: CityProvider, staff: User, change: dict[str, Any]
) -> None:
    city.sign_in(staff.email)
    city.changes = change
    answer = come_back(client, asked_by(client))
    assert answer.status_code in (200, 401)
    assert not is_in(client)


def test_a_code_works_once(client: Client, city: CityProvider, staff: User) -> None:
    city.sign_in(staff.email)
    authorize = asked_by(client)
    back = requests.get(authorize, allow_redirects=False, timeout=5).headers["Location"]
    path = back.removeprefix("http://testserver")
    assert client.get(path).status_code == 302
    client.post(reverse("account_logout"))
    client.get(path)
    assert not is_in(client)


def test_an_unknown_person_gets_no_account_and_no_right(
    client: Client, city: CityProvider, staff: User
) -> None:
    city.sign_in("dareka@city.example")
    before = User.objects.count()
    answer = come_back(client, asked_by(client))
    assert not is_in(client)
    assert User.objects.count() == before
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "このポータルに登録がありません" in page
    assert "システム管理者に登録を頼んでください" in page
    assert client.get("/admin/").status_code == 302


def test_an_address_that_the_provider_has_not_verified_links_nobody(
    client: Client, city: CityProvider, staff: User
) -> None:
    city.sign_in(staff.email, verified=False)
    come_back(client, asked_by(client))
    assert not is_in(client)


def test_a_person_who_is_switched_off_stays_out(client: Client, city: CityProvider, staff: User) -> None:
    User.objects.update(is_active=False)
    city.sign_in(staff.email)
    come_back(client, asked_by(client))
    assert not is_in(client)


# --- does the provider count as a second factor?


def test_it_does_where_the_settings_name_what_it_says(
    client: Client, city: CityProvider, staff: User, configure: Configure
) -> None:
    configure(PORTAL_OIDC_AMR="mfa, hwk", PORTAL_OIDC_ACR="urn:city:loa3")
    for claims, counts in (
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "urn:city:loa3"}, True),
        ({"amr": ["pwd"]}, False),
        ({"amr": "mfa"}, True),
        ({}, False),
    ):
        city.sign_in(staff.email, **claims)
        browser = Client()
        come_back(browser, asked_by(browser))
        assert is_in(browser)
        opened = browser.get("/admin/").status_code == 200
        assert opened is counts, claims


def test_without_a_setting_nothing_that_it_says_counts(
    client: Client, city: CityProvider, staff: User
) -> None:
    city.sign_in(staff.email, amr=["mfa"], acr="urn:city:loa3")
    come_back(client, asked_by(client))
    assert client.get("/admin/")["Location"].startswith(reverse("access:second_factor"))


def test_whoever_has_our_factor_is_asked_for_it_unless_the_provider_asked(
    client: Client, city: CityProvider, staff: User, configure: Configure
) -> None:
    with secrets_of(staff.pk):
        TOTP.activate(staff, generate_totp_secret())
    city.sign_in(staff.email)
    assert come_back(client, asked_by(client))["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)
    configure(PORTAL_OIDC_AMR="mfa")
    city.sign_in(staff.email, amr=["mfa"])
    other = Client()
    come_back(other, asked_by(other))
    assert is_in(other)
    assert other.get("/admin/").status_code == 200


def test_the_browser_cannot_bend_the_question(client: Client, city: CityProvider, staff: User) -> None:
    """allauth passes on `auth_params` and `scope` of an address; a link must not choose how the person is asked."""
    address = asked_by(client, "?auth_params=nonce%3Dfixed%26acr_values%3Dlow%26max_age%3D99999")
    asked = _params(address)
    assert asked["nonce"] != "fixed"
    assert "acr_values" not in asked
    assert "max_age" not in asked


# --- a stale sign-in goes back to the provider


def test_a_stale_sign_in_is_proved_at_the_provider(
    client: Client, city: CityProvider, staff: User, configure: Configure
) -> None:
    """SE6: a session that the provider opened from an old sign-in is stale from the start."""
    configure(PORTAL_OIDC_AMR="mfa")
    city.sign_in(staff.email, amr=["mfa"])
    city.changes = {"auth_time": 1_700_000_000}
    come_back(client, asked_by(client))
    asked = client.get("/admin/consultations/list.csv?state=received")["Location"]
    assert asked.startswith(LOGIN)
    button = client.get(asked)
    assert button.status_code == 200
    authorize = str(client.post(asked)["Location"])
    assert _params(authorize)["prompt"] == "login"
    assert _params(authorize)["max_age"] == "0"
    city.changes = {}
    back = come_back(client, authorize)
    assert back["Location"] == "/admin/consultations/?state=received"
    assert client.get("/admin/consultations/list.csv").headers["Content-Type"].startswith("text/csv")


# --- settings


def test_without_a_server_there_is_no_such_door(client: Client, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = providers({})
    assert client.get(LOGIN).status_code == 404
    assert form_targets({}) == []


def test_the_policy_lets_the_button_lead_to_the_provider() -> None:
    """Chromium follows `form-action` through redirects: without the origin the button would do nothing."""
    assert form_targets({"PORTAL_OIDC_SERVER_URL": "https://idp.city.example/realms/x"}) == [
        "https://idp.city.example"
    ]
    named = {
        "PORTAL_OIDC_SERVER_URL": "https://a.example",
        "PORTAL_OIDC_AUTHORIZE_URL": "https://b.example/auth",
    }
    assert form_targets(named) == ["https://b.example"]
