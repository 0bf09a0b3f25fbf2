"""Staff and partners enter with a second factor or not at all (ASSURANCE AT1, AT8, SE3)."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.core.exceptions import SuspiciousOperation
from django.db import connection
from django.test import Client
from django.urls import reverse

from chiba_ward.access.doors import BEFORE_SECOND_FACTOR
from chiba_ward.access.models import User
from chiba_ward.access.public import routes
from chiba_ward.access.secrets_at_rest import seal, secrets_of, unseal
from chiba_ward.directory.enums import Role
from tests.conftest import SignIn
from tests.factories import PASSWORD, make_posting, make_user

pytestmark = pytest.mark.django_db
# allauth tells of a new factor after the commit.
COMMITS = pytest.mark.django_db(transaction=True)
KEY = re.compile(r"[A-Z2-7]{32}")


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(counters()))))


def enrol(client: Client) -> str:
    """Activate an authenticator app as a person would; the secret is read from the page."""
    page = client.get(reverse("mfa_activate_totp"))
    secret = str(page.context["form"].secret)
    response = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert response.status_code == 302
    return secret


@pytest.mark.parametrize(
    "role", [Role.SECTION, Role.RECEPTION, Role.SYSTEM_ADMIN, Role.PARTNER, Role.ASSOCIATION]
)
def test_without_one_every_page_leads_to_enrolment(sign_in: SignIn, role: Role) -> None:
    client = sign_in(make_posting(role).person, second_factor=False)
    for route in ("admin:index", "home_after_login", "home", "account_change_password", "usersessions_list"):
        response = client.get(reverse(route))
        assert response.status_code == 302, route
        assert response["Location"].startswith(reverse("access:second_factor")), route


def test_every_route_without_arguments_leads_to_enrolment(sign_in: SignIn) -> None:
    from django.urls import get_resolver

    client = sign_in(make_posting(Role.SYSTEM_ADMIN).person, second_factor=False)
    allowed = {reverse(name) for name in BEFORE_SECOND_FACTOR if "confirm_email" not in name}
    paths = {f"/{route}" for route, _ in routes(get_resolver()) if not re.search(r"[<(^\\$]", route)}
    tried = sorted(
        path for path in paths - allowed if not path.startswith("/api/")
    )  # by token alone: tests/api
    assert len(tried) > 15
    for path in tried:
        response = client.get(path)
        leads = response.get("Location", "").startswith(reverse("access:second_factor"))
        assert leads or response.status_code in (404, 301), f"{path} answered {response.status_code}"


def test_residents_are_not_asked(resident_client: Client) -> None:
    assert resident_client.get(reverse("home")).status_code == 200


@COMMITS
def test_from_password_to_first_page(client: Client) -> None:
    staff = make_posting(Role.RECEPTION).person
    client.post(reverse("account_login"), {"login": staff.email, "password": PASSWORD})
    assert client.get(reverse("admin:index"))["Location"].startswith(reverse("access:second_factor"))
    assert client.get(reverse("access:second_factor")).status_code == 200
    secret = enrol(client)
    assert client.get(reverse("admin:index")).status_code == 200

    again = Client()
    response = again.post(reverse("account_login"), {"login": staff.email, "password": PASSWORD})
    assert response["Location"] == reverse("mfa_authenticate")
    assert again.get(reverse("admin:index"))["Location"].startswith(reverse("admin:login"))
    again.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "_auth_user_id" not in again.session
    response = again.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert response["Location"] == reverse("home_after_login")
    assert again.get(reverse("admin:index")).status_code == 200


@COMMITS
def test_a_code_works_once(client: Client) -> None:
    staff = make_posting(Role.RECEPTION).person
    client.post(reverse("account_login"), {"login": staff.email, "password": PASSWORD})
    code = code_for(enrol(client))
    for expected in (True, False):
        again = Client()
        again.post(reverse("account_login"), {"login": staff.email, "password": PASSWORD})
        again.post(reverse("mfa_authenticate"), {"code": code})
        assert ("_auth_user_id" in again.session) is expected


@COMMITS
def test_enrolling_ends_the_other_sessions(client: Client) -> None:
    staff = make_posting(Role.RECEPTION).person
    other = Client()
    for browser in (client, other):
        browser.post(reverse("account_login"), {"login": staff.email, "password": PASSWORD})
    enrol(client)
    assert other.get(reverse("access:second_factor"))["Location"].startswith(reverse("account_login"))
    assert client.get(reverse("admin:index")).status_code == 200


def test_an_older_session_must_prove_the_factor(sign_in: SignIn) -> None:
    staff = make_posting(Role.RECEPTION).person
    with secrets_of(staff.pk):
        TOTP.activate(staff, generate_totp_secret())
    client = sign_in(staff, second_factor=False)
    assert client.get(reverse("admin:index"))["Location"].startswith(reverse("mfa_reauthenticate"))


@COMMITS
def test_staff_cannot_take_off_the_last_factor(client: Client) -> None:
    staff = make_posting(Role.RECEPTION).person
    client.post(reverse("account_login"), {"login": staff.email, "password": PASSWORD})
    enrol(client)
    page = client.post(reverse("mfa_deactivate_totp"))
    assert "最後の一つ" in page.content.decode()
    assert Authenticator.objects.filter(user=staff, type="totp").exists()


def test_no_secret_stands_in_the_database_in_clear(client: Client) -> None:
    staff = make_posting(Role.RECEPTION).person
    client.post(reverse("account_login"), {"login": staff.email, "password": PASSWORD})
    secret = enrol(client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT type, data::text FROM mfa_authenticator")
        rows = dict(cursor.fetchall())
    assert set(rows) == {"totp", "recovery_codes"}
    assert secret not in rows["totp"]
    assert not KEY.search(json.loads(rows["totp"])["secret"])
    assert json.loads(rows["totp"])["secret"].startswith("sealed:")
    assert json.loads(rows["recovery_codes"])["seed"].startswith("sealed:")
    assert "mfa.totp.secret" not in client.session


def test_a_secret_in_another_persons_row_does_not_open() -> None:
    mine, foreign = seal("SECRET", 1), seal("SECRET", 2)
    assert unseal(mine, 1) == "SECRET"
    for value in (foreign, "SECRET", "k1:AAAA", "sealed:AAAA", mine[:-4] + "AAA=", "sealed:***"):
        with pytest.raises(SuspiciousOperation):
            unseal(value, 1)


def test_another_key_opens_nothing(settings: object) -> None:
    sealed = seal("SECRET", 1)
    settings.PORTAL_SEAL_KEYS = f"suite:{'0c' * 32}"  # type: ignore[attr-defined]  # fixture
    with pytest.raises(SuspiciousOperation):
        unseal(sealed, 1)


def test_switching_a_person_off_ends_their_session(as_role: SignIn) -> None:
    client = as_role(Role.RECEPTION)
    assert client.get(reverse("admin:index")).status_code == 200
    User.objects.filter(postings__isnull=False).update(is_active=False)
    assert (
        client.get(reverse("admin:index"), follow=True)
        .redirect_chain[-1][0]
        .startswith(reverse("account_login"))
    )


def test_a_new_password_ends_the_other_sessions(sign_in: SignIn) -> None:
    user = make_user()
    client = sign_in(user, second_factor=False)
    user.set_password("atarashii-aikotoba-2030")
    user.save()
    assert client.get(reverse("account_email"))["Location"].startswith(reverse("account_login"))
