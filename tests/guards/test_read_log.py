"""The reviewed list of routes that show nothing personal; and, row by row, what a walk of each kind of person leaves.

That no view forgets is watched on every answer of the suite (`plugins/read_log.py`).
"""

import pytest
from django.conf import settings
from django.test import Client

from chiba_ward.access.enums import READING, Verb
from chiba_ward.access.models import ReadLogEntry
from chiba_ward.access.readlog.places import LIST, REFUSALS, covers, is_personal, lines
from tests.guards.people import KEY_HOLDER, LINK_HOLDER, RESIDENT, actor, client_of
from tests.guards.places import Place, all_routes, places_for
from tests.guards.plugins.read_log import REFUSED, SHOWN

MIDDLEWARE = "chiba_ward.access.readlog.middleware.ReadLogMiddleware"
WALKERS = (KEY_HOLDER, LINK_HOLDER, RESIDENT, "section", "auditor", "partner")


def test_every_line_of_the_list_is_a_route_and_none_stands_twice() -> None:
    gone = [line for line in lines() if not any(covers(line, route) for route in all_routes())]
    assert gone == [], f"take these lines out of {LIST.name}"
    assert len(lines()) == len(set(lines()))


def test_what_is_known_to_be_personal_is_not_on_the_list() -> None:
    personal = {route for route in all_routes() if is_personal(route)}
    assert {
        "admin/",
        "admin/consultations/",
        "admin/consultations/list.csv",
        "admin/consultations/case/<str:number>/",
        "admin/access/user/",
        "admin/read-log/",
        "status/case/",
        "my/<str:number>/",
        "partner/referrals/<int:pk>/",
        "files/<int:pk>",
        "documents/<uuid:pk>/file",
    } <= personal


def test_the_log_stands_outside_of_whatever_opens_a_transaction_or_knows_a_person() -> None:
    """Only what touches neither the database nor a person comes before it."""
    before = settings.MIDDLEWARE[: settings.MIDDLEWARE.index(MIDDLEWARE)]
    assert before == [
        "django.middleware.security.SecurityMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "csp.middleware.CSPMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        "chiba_ward.access.middleware.ResponseHeadersMiddleware",
        "chiba_ward.api.middleware.ApiMiddleware",
        "django_structlog.middlewares.RequestMiddleware",
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("without_lines")
@pytest.mark.parametrize("name", WALKERS)
def test_every_page_and_every_refusal_leaves_its_row(name: str, demo_city: None) -> None:
    """Counted in the table itself: a page of personal data exactly one reading, a refusal exactly one 「断った」."""
    client = client_of(name)
    problems = [text for place in places_for(actor(name), client) for text in _walked(client, place)]
    assert problems == []
    verbs = set(ReadLogEntry.objects.order_by().values_list("verb", flat=True))
    assert {Verb.READ, Verb.DENIED} <= verbs, "a walk that showed or refused nothing would prove nothing"


def _walked(client: Client, place: Place) -> list[str]:
    before = ReadLogEntry.objects.count()
    cookies = client.cookies.copy()
    response = client.get(place.path)
    if response.streaming:
        b"".join(response)  # type: ignore[arg-type]
    client.cookies = cookies  # type: ignore[assignment]  # the way out forgets who one is
    rows = list(ReadLogEntry.objects.order_by("seq").values_list("verb", flat=True)[before:])
    readings, refusals = [verb for verb in rows if verb in READING], rows.count(Verb.DENIED)
    line = next((line for line in lines() if covers(line, place.route)), None)
    wanted = (
        int(response.status_code in SHOWN and line is None),
        int(response.status_code in REFUSED and (line is None or line.startswith(REFUSALS))),
    )
    found = (len(readings), refusals)
    is_exempt = line is not None and response.status_code in SHOWN
    return [] if found == wanted or is_exempt else [f"{place.path}: {response.status_code} left {rows}"]
