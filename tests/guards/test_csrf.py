"""A POST without a token is refused on every route, whoever is signed in (ASSURANCE IN4)."""

import pytest
from django.test import Client
from django.urls import get_resolver

from chiba_ward.access.public import routes
from chiba_ward.directory.enums import Role
from tests.conftest import SignIn
from tests.factories import make_posting
from tests.guards.places import guessed_places, is_for_systems, systems_routes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_lines")]
METHODS = ("post", "put", "patch", "delete")


def test_no_view_is_exempt_but_those_that_look_at_no_cookie() -> None:
    """The views of the API ask for a token in the header; what a browser sends by itself is dropped before them."""
    exempt = {route for route, view in routes(get_resolver()) if getattr(view, "csrf_exempt", False)}
    assert exempt == {route for route, view in routes(get_resolver()) if is_for_systems(view)}
    assert len(exempt) > 20


@pytest.mark.parametrize("method", ["get", "head", *METHODS])
def test_a_session_opens_nothing_of_the_api(method: str, sign_in: SignIn) -> None:
    """Why those views need no token against forged forms: there is no authority that a browser could lend."""
    client = sign_in(make_posting(Role.SECTION).person)
    assert client.get("/account/api-tokens/").status_code == 200
    places = [place for place in guessed_places() if place.route in systems_routes()]
    answers = {place.path: getattr(client, method)(place.path).status_code for place in places}
    assert {path: status for path, status in answers.items() if status != 401} == {}


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_every_route_refuses_a_post_without_a_token(is_signed_in: bool, sign_in: SignIn) -> None:
    options = {"enforce_csrf_checks": True}
    client = sign_in(make_posting(Role.SECTION).person, **options) if is_signed_in else Client(**options)
    places = [place for place in guessed_places() if place.route not in systems_routes()]
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
