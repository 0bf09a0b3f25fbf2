"""AT5 at every door that sets a password: sign-up, change, and reset through the mailbox."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core import mail
from django.test import Client
from django.urls import reverse

from chiba_ward.access.models import User
from chiba_ward.directory.enums import Role
from tests.conftest import SignIn
from tests.factories import PASSWORD, make_posting, make_user

pytestmark = pytest.mark.django_db
REFUSED = {
    "short-one": "too short",
    "x" * 64 + "y" * 65: "129 signs",
    "q1w2e3r4t5y6": "on the list of common ones",
    "sakura-chiba-2026": "the city",
    "ｗａｋａｂａ no asa": "a ward, in full width",
    "wa|<aba kuyakusho": "the ward office",
    "123456789012345": "a run",
}
TAKEN = "あさひのなかのいぬとねこがねむる"
SetPassword = Callable[[str], bool]


def at_sign_up(sign_in: SignIn) -> SetPassword:
    def chosen(password: str) -> bool:
        email = f"new{User.objects.count()}@example.test"
        form = {"email": email, "password1": password, "password2": password}
        return Client().post(reverse("account_signup"), form).status_code == 302

    return chosen


def at_change(sign_in: SignIn) -> SetPassword:
    client = sign_in(make_posting(Role.SECTION).person)

    def chosen(password: str) -> bool:
        form = {"oldpassword": PASSWORD, "password1": password, "password2": password}
        return client.post(reverse("account_change_password"), form).status_code == 302

    return chosen


def at_reset(sign_in: SignIn) -> SetPassword:
    user, client = make_user(), Client()
    client.post(reverse("account_reset_password"), {"email": user.email})
    found = re.search(r"/account/password/reset/key/\S+", mail.outbox[-1].body)
    assert found
    address = client.get(found[0])["Location"]

    def chosen(password: str) -> bool:
        form = {"password1": password, "password2": password}
        return client.post(address, form).status_code == 302

    return chosen


DOORS = [at_sign_up, at_change, at_reset]


@pytest.mark.parametrize("door", DOORS)
def test_at5_every_door_that_sets_a_password_refuses_it(
    door: Callable[[SignIn], SetPassword], sign_in: SignIn, settings: object
) -> None:
    settings.ACCOUNT_RATE_LIMITS = False  # type: ignore[attr-defined]  # this is not about how often
    chosen = door(sign_in)
    assert {reason for password, reason in REFUSED.items() if chosen(password)} == set()


@pytest.mark.parametrize("door", DOORS)
def test_at5_a_long_sentence_is_taken_at_every_door(
    door: Callable[[SignIn], SetPassword], sign_in: SignIn
) -> None:
    assert door(sign_in)(TAKEN)


def test_at5_the_list_of_common_passwords_is_local_and_used() -> None:
    listed = CommonPasswordValidator().passwords
    assert len(listed) > 15_000
    assert "q1w2e3r4t5y6" in listed
    assert not any(password in listed for password in REFUSED if password != "q1w2e3r4t5y6")
