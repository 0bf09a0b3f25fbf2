"""Every page of personal data stands in the read log with exactly one row, and so does every refusal (ASSURANCE AU1).

Watched on every answer that any test sees: a view that forgets to say what it shows fails the suite.
"""

from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from chiba_ward.access.enums import READING, Verb
from chiba_ward.access.readlog.places import counts_refusals, is_personal, route_of

SHOWN = (200, 409, 422)  # a page, or the page again with what was wrong
REFUSED = (403, 404)
# The URLs of the guards' own tests that are there to be found.
BITES = frozenset({"personal/", "told/<int:times>/"})
WHAT_TO_DO = (
    "is not in the read log. Say what the page shows — readlog.saw(kind, ids) in the view, readlog.exported(kind, rows) "
    "for a file — or, if it shows nobody's data, add the route to chiba_ward/access/readlog/nothing_personal.txt"
)


def problems(request: HttpRequest, response: HttpResponseBase) -> Iterator[str]:
    collector, route = getattr(request, "read_log", None), route_of(request)
    if collector is None or not route or not _is_ours(route):
        return
    written = [entry.verb for entry in collector.written]
    readings = [verb for verb in written if verb in READING]
    if response.status_code in SHOWN and is_personal(route) and not collector.streams and len(readings) != 1:
        yield f"{route} {WHAT_TO_DO} ({len(readings)} rows)"
    if response.status_code in REFUSED and counts_refusals(request) and written.count(Verb.DENIED) != 1:
        yield f"{route} refused and wrote {written.count(Verb.DENIED)} rows 「断った」 into the read log"


def _is_ours(route: str) -> bool:
    return settings.ROOT_URLCONF == "chiba_ward.urls" or route in BITES
