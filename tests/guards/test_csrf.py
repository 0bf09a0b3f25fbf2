"""A POST without a token is refused on every route, whoever is signed in (ASSURANCE IN4)."""

import pytest
from django.test import Client
from django.urls import get_resolver

from chiba_ward.access.public import routes
from chiba_ward.directory.enums import Role
from tests.conftest import SignIn
from tests.factories import make_posting
from tests.guards.places import guessed_places

pytestmark = pytest.mark.django_db
METHODS = ("post", "put", "patch", "delete")


def test_no_view_is_exempt() -> None:
    assert [route for route, view in routes(get_resolver()) if getattr(view, "csrf_exempt", False)] == []


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_every_route_refuses_a_post_without_a_token(is_signed_in: bool, sign_in: SignIn) -> None:
    options = {"enforce_csrf_checks": True}
    client = sign_in(make_posting(Role.SECTION).person, **options) if is_signed_in else Client(**options)
    places = guessed_places()
    assert len(places) > 150
    let_through = [
        f"{method} {place.path}: {status}"
        for place in places
        for method in METHODS
        if (status := getattr(client, method)(place.path).status_code) != 403
    ]
    assert let_through == []


def test_with_a_token_the_post_arrives() -> None:
    """The check above would also pass if every POST were refused."""
    client = Client(enforce_csrf_checks=True)
    client.get("/account/login/")
    token = client.cookies["csrftoken"].value
    assert client.post("/account/login/", {"csrfmiddlewaretoken": token}).status_code != 403
