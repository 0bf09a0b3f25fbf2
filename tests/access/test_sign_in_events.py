"""What happens at the doors stands in the read log, failures and refusals too (AU3)."""

import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from chiba_ward.access import throttle
from chiba_ward.access.models import ReadLogEntry, User
from chiba_ward.access.readlog.entries import pseudonym
from chiba_ward.access.secrets_at_rest import secrets_of
from chiba_ward.directory.enums import Role
from tests.access.test_second_factor import enrol
from tests.conftest import SignIn
from tests.factories import PASSWORD, make_posting

pytestmark = pytest.mark.django_db
WRONG = "chigau-aikotoba-desu-99"


def attempt(client: Client, email: str, password: str) -> int:
    return client.post(reverse("account_login"), {"login": email, "password": password}).status_code


def events() -> list[tuple[str, list[int], str]]:
    rows = ReadLogEntry.objects.filter(kind="person").order_by("seq")
    return [(row.verb, row.ids, row.actor_kind) for row in rows]


def test_sign_in_failure_and_refusal(client: Client, resident: User) -> None:
    for _ in range(throttle.FREE_TRIES + 1):
        attempt(client, resident.email.upper(), WRONG)
    failed = ("sign_in_failed", [resident.pk], "nobody")
    assert events() == [failed] * throttle.FREE_TRIES + [("try_refused", [resident.pk], "nobody")]
    assert WRONG not in str(ReadLogEntry.objects.order_by("seq").values())


def test_an_address_that_nobody_has_is_a_stand_in(client: Client) -> None:
    attempt(client, "Nobody@Example.test", WRONG)
    row = ReadLogEntry.objects.get()
    assert (row.verb, row.ids, row.keys) == ("sign_in_failed", [], [pseudonym("nobody@example.test")])


def test_a_resident_signs_in_and_out(client: Client, resident: User) -> None:
    assert attempt(client, resident.email, PASSWORD) == 302
    client.post(reverse("account_logout"))
    assert events() == [
        ("sign_in", [resident.pk], "resident"),
        ("sign_out", [resident.pk], "resident"),
    ]


def test_staff_sign_in_under_their_duty(client: Client) -> None:
    posting = make_posting(Role.SECTION)
    assert attempt(client, posting.person.email, PASSWORD) == 302
    row = ReadLogEntry.objects.filter(verb="sign_in").get()
    assert (row.actor_kind, row.posting_id, row.actor_name) == ("staff", posting.pk, posting.person.name)
    assert row.result == 302


def test_the_demo_door_is_a_door(client: Client) -> None:
    posting = make_posting(Role.SECTION)
    User.objects.filter(pk=posting.person_id).update(is_demo=True)
    client.post(reverse("access:demo_sign_in"), {"user": posting.person_id})
    assert ("sign_in", [posting.person_id], "staff") in events()


@pytest.mark.django_db(transaction=True)
def test_second_factors_come_fail_and_go(sign_in: SignIn) -> None:
    staff = make_posting(Role.SECTION).person
    client = sign_in(staff, second_factor=False)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    enrol(client)
    added = ReadLogEntry.objects.filter(verb="factor_added").order_by("seq")
    assert "factor:totp" in [key for row in added for key in row.keys]
    assert {tuple(row.ids) for row in added} == {(staff.pk,)}
    assert "secret" not in str(added.values())


def test_a_wrong_code_is_a_failure_of_that_account(client: Client) -> None:
    staff = make_posting(Role.SECTION).person
    with secrets_of(staff.pk):
        TOTP.activate(staff, generate_totp_secret())
    assert attempt(client, staff.email, PASSWORD) == 302
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    row = ReadLogEntry.objects.order_by("seq").last()
    assert row is not None
    assert (row.verb, row.ids, row.keys, row.actor_kind) == (
        "factor_failed",
        [staff.pk],
        ["factor:totp"],
        "nobody",
    )


def test_a_changed_password_is_told(resident: User, resident_client: Client) -> None:
    new = "atarashii-aikotoba-2026"
    response = resident_client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert response.status_code == 302
    assert ("password_changed", [resident.pk], "resident") in events()
    assert not re.search("aikotoba", str(ReadLogEntry.objects.order_by("seq").values()))
