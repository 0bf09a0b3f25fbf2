"""Every role opens every URL pattern, with real objects: nothing breaks, and each face keeps its people.

The guards of the plugins look at every answer meanwhile: undefined variables, writes on GET, headers, markup.
"""

from collections.abc import Iterator
from copy import copy

import pytest
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client

from tests.guards.faces import visitors
from tests.guards.people import (
    ACCOUNTS,
    ANONYMOUS,
    EVERYBODY,
    RESIDENT,
    WITHOUT_ACCOUNT,
    actor,
    client_of,
)
from tests.guards.places import Place, all_routes, places_for, systems_routes
from tests.guards.plugins.faults import Fault

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("without_lines")]
FINE = {200, 204, 301, 302, 404, 405}
REFUSED_INPUT = {400, 401, 409, 422}
# Where allauth says by its status that this person has no such proof: demo people have neither password nor factor.
NO_PROOF = {
    "account/reauthenticate/": 403,
    "account/2fa/reauthenticate/": 403,
    "account/2fa/webauthn/reauthenticate/": 403,
    "account/3rdparty/login/error/": 401,
}
SIGN_IN = ("/account/login/", "/admin/login/")
OPENED: dict[str, set[str]] = {}  # which route opened to whom, for the last test of this file
# One of each kind of right: what a view does with an empty form does not depend on more.
SENDERS = (*WITHOUT_ACCOUNT, RESIDENT, "triage desk", "auditor", "system administrator", "partner")
# Routes that have no page of their own for the people of the demo city, each with its reason.
NO_PAGE = {
    "account/2fa/webauthn/keys/<int:pk>/edit/": "nobody in the demo city has a passkey",
    "account/2fa/webauthn/keys/<int:pk>/remove/": "nobody in the demo city has a passkey",
    "account/2fa/recovery-codes/download/": "nobody in the demo city has recovery codes",
    "account/2fa/recovery-codes/": "nobody in the demo city has recovery codes",
    "account/2fa/totp/deactivate/": "nobody in the demo city has an authenticator app",
    "account/oidc/^(?P<provider_id>[^/]+)/login/": "no provider is configured",
    "account/oidc/^(?P<provider_id>[^/]+)/login/callback/": "no provider is configured",
    "account/3rdparty/signup/": "no provider is configured",
    "admin/(?P<url>.*)$": "the admin's own 404",
    "api/v1/^": "every other address: a 404 in the form of the API",
    "admin/protection/left/<str:number>/": "only in the browser that has just confirmed (tests/protection)",
    "admin/autocomplete/": "asked by a field with its own arguments",
    "admin/access/user/<path:object_id>/delete/": "people are never deleted",
    "admin/directory/post/<path:object_id>/delete/": "posts are never deleted",
    "admin/directory/posting/<path:object_id>/delete/": "a posting ends, it is not deleted",
    "admin/consultations/field/<path:object_id>/delete/": "cases refer to fields: they are never deleted",
    "admin/consultations/topic/<path:object_id>/delete/": "cases refer to topics: they are switched off",
    "admin/consultations/urgencyword/<path:object_id>/delete/": "phrases are switched off",
    "admin/consultations/legalground/<path:object_id>/delete/": "つなぎ rest on grounds: they are switched off",
    "admin/casework/attachment/<path:object_id>/delete/": "files are kept and erased by the portal alone",
    "admin/casework/attachment/add/": "files come with what was sent, through the portal alone",
    "admin/casework/filecheck/<path:object_id>/delete/": "checks of the files are run by the portal alone",
    "admin/casework/filecheck/add/": "checks of the files are run by the portal alone",
    "admin/documents/document/<path:object_id>/delete/": "documents are made and kept by the portal alone",
    "admin/documents/document/add/": "documents are made and kept by the portal alone",
    "admin/outbox/outboxentry/<path:object_id>/delete/": "effects are owed by the portal alone",
    "admin/outbox/outboxentry/add/": "effects are owed by the portal alone",
    **{
        f"admin/open_data/{table}/{page}": "published rows are changed by a file of their publisher alone"
        for table in ("facility", "publicevent", "boundary")
        for page in ("add/", "<path:object_id>/delete/")
    },
}


@pytest.fixture
def walker(request: pytest.FixtureRequest, demo_city: None) -> tuple[str, Client, list[Place]]:
    """(name, client, places) of one person."""
    client = client_of(request.param)
    return request.param, client, places_for(actor(request.param), client)


@pytest.mark.parametrize("walker", EVERYBODY, indirect=True)
def test_every_page_opens_or_is_refused(walker: tuple[str, Client, list[Place]]) -> None:
    name, client, places = walker
    assert {place.route for place in places} == set(all_routes()), "a route was left out of the walk"
    problems = [
        f"{place.path} [{place.route}]: {what}" for place in places for what in _opened(name, client, place)
    ]
    assert not problems, f"{len(problems)} as {name}:\n" + "\n".join(problems)


@pytest.mark.parametrize("walker", SENDERS, indirect=True)
def test_an_empty_post_breaks_nothing(walker: tuple[str, Client, list[Place]]) -> None:
    name, client, places = walker
    problems = [
        f"POST {place.path} [{place.route}]: {what}"
        for place in places
        for what in _posted(name, client, place)
    ]
    assert not problems, f"{len(problems)} as {name}:\n" + "\n".join(problems)


def _opened(name: str, client: Client, place: Place) -> Iterator[str]:
    cookies = copy(client.cookies)
    try:
        response = client.get(place.path)
        _read(response)
        client.cookies = cookies  # the way out forgets who one is
    except Exception as error:  # noqa: BLE001  (every page is to be walked; the error is reported below)
        yield _first_lines(error)
        return
    if response.status_code not in _fine(place):
        yield f"{response.status_code}"
    is_turned_away = response.headers.get("Location", "").startswith(SIGN_IN)
    if response.status_code != 404 and not is_turned_away:
        OPENED.setdefault(place.route, set()).add(name)
    if response.status_code == 200 and name not in visitors(place.route):
        yield f"opens to {name}"
    if (
        name == ANONYMOUS
        and response.status_code in (301, 302)
        and name not in visitors(place.route)
        and not is_turned_away
    ):
        yield f"leads to {response.headers['Location']} instead of the sign-in page"


def _posted(name: str, client: Client, place: Place) -> Iterator[str]:
    """In a savepoint that is undone, so that one post does not spoil the next."""
    cookies = copy(client.cookies)
    try:
        with transaction.atomic():
            response: HttpResponseBase = client.post(place.path)
            _read(response)
            transaction.set_rollback(True)
        client.cookies = cookies  # the session that a sign-out ended is back, so is its cookie
    except Exception as error:  # noqa: BLE001  (every page is to be posted to; the error is reported below)
        yield _first_lines(error)
        return
    if response.status_code not in FINE | REFUSED_INPUT | {NO_PROOF.get(place.route)}:
        yield f"{response.status_code}"


def _fine(place: Place) -> set[int | None]:
    """To systems it answers, to a browser it says that a token is wanted, and nothing else."""
    return {401} if place.route in systems_routes() else FINE | {NO_PROOF.get(place.route)}


def _read(response: HttpResponseBase) -> None:
    """To the end, as a browser does: that closes the file."""
    if response.streaming:
        b"".join(response)


def _first_lines(error: BaseException) -> str:
    text = str(error) if isinstance(error, Fault) else f"{type(error).__name__}: {error}"
    return text[:700]


def test_every_route_was_seen_by_somebody() -> None:
    """A walk of refusals would prove nothing: each route that has a page opened to someone."""
    if not {ANONYMOUS, *ACCOUNTS} <= {name for names in OPENED.values() for name in names}:
        pytest.fail("run the whole file: this test looks back on the walks above")
    unseen = sorted(set(all_routes()) - set(OPENED) - set(NO_PAGE))
    assert not unseen, "nobody came through to:\n" + "\n".join(unseen)
    assert sorted(set(NO_PAGE) & set(OPENED)) == [], "these have a page after all"
