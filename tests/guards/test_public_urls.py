"""Deny by default: without a sign-in, whatever is not on the reviewed list leads to the sign-in page or does not exist."""

import pytest
from django.test import Client
from django.urls import get_resolver

from chiba_ward.access.public import LIST, open_routes, reviewed_routes, routes
from chiba_ward.api.authentication import TokenAuthentication
from chiba_ward.api.permissions import HasScope
from tests.guards.places import all_routes, guessed_places, is_for_systems

SIGN_IN = ("/account/login/", "/admin/login/")


def test_the_open_routes_are_the_reviewed_ones() -> None:
    assert open_routes() == reviewed_routes()


def test_the_list_names_no_route_that_is_gone_and_none_twice() -> None:
    lines = [line.split("#")[0].strip() for line in LIST.read_text(encoding="utf-8").splitlines()]
    named = ["" if line == "/" else line for line in lines if line]
    assert set(named) <= set(all_routes())
    assert len(named) == len(set(named))


def test_what_is_open_to_systems_asks_for_a_token_and_a_scope() -> None:
    """Their routes stand open for `LoginRequiredMiddleware`; authentication and permission are the view's own."""
    views = {route: view.cls for route, view in routes(get_resolver()) if is_for_systems(view)}
    assert len(views) > 20
    for route, view in views.items():
        assert view.authentication_classes == [TokenAuthentication], route
        assert view.permission_classes == [HasScope], route
        offered = {name.upper() for name in view.http_method_names if hasattr(view, name)} - {
            "OPTIONS",
            "HEAD",
        }
        assert set(view.scopes) == offered, route
    assert {route for route in open_routes() if route.startswith("api/")} - set(views) == {
        "api/v1/openapi.json",
        "api/v1/docs/",
        "api/v1/^",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post", "head", "options"])
def test_every_other_route_is_closed(method: str) -> None:
    client = Client()
    closed = [place for place in guessed_places() if place.route not in reviewed_routes()]
    assert len(closed) > 100
    ajar = []
    for place in closed:
        response = getattr(client, method)(place.path)
        location = response.headers.get("Location", "")
        if response.status_code != 404 and not location.startswith(SIGN_IN):
            ajar.append(f"{place.path}: {response.status_code} {location}")
    assert ajar == []
