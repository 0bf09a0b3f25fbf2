"""Length and unguessability, no rules of composition (ASSURANCE AT5)."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from chiba_ward.access.models import User
from chiba_ward.directory.enums import Role
from tests.factories import make_posting


@pytest.mark.parametrize(
    "password",
    [
        "sakura-chiba-2026",
        "CHIBA-no-hana-1",
        "ｃｈｉｂａ-no-hana-1",
        "ch1ba-no-hana-77",
        "kuyakusho-heiwa",
        "inage-kaigan-9x",
        "花見川のさくら並木道を歩く",
        "わたしの区役所はここにある",
        "short-one",
        "123456789012",
        "x" * 129,
    ],
)
def test_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, User(email="someone@example.test"))


@pytest.mark.parametrize(
    "password", ["tegami to hato", "あさひのなかのいぬとねこ", "onaji-onaji-onaji", "q" * 6 + "vwzkpm"]
)
def test_accepted(password: str) -> None:
    validate_password(password, User(email="someone@example.test"))


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.SECTION, Role.PARTNER])
def test_staff_and_partners_need_fifteen(role: Role) -> None:
    person = make_posting(role).person
    with pytest.raises(ValidationError, match="15文字以上"):
        validate_password("tegami-to-hato", person)
    validate_password("tegami-to-hato-x", person)
