"""A browser where this member of staff has signed in before: a stranger's guesses do not keep it out (AT3).

Only for people with a posting. A resident's browser keeps no trace of an account: the telephone may be shared.
"""

from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare, get_random_string

from chiba_ward.access.throttle import digest
from chiba_ward.ui.cookies import Cookie

COOKIE = Cookie("portal_device")
SALT = "chiba_ward.access.known_device"
KEPT_SECONDS = 180 * 24 * 3600


def remember(response: HttpResponseBase, email: str) -> None:
    """Mark this browser as one where `email` has signed in."""
    mark = signing.dumps({"id": get_random_string(16), "of": _owner(email)}, salt=SALT)
    COOKIE.put(response, mark, KEPT_SECONDS)


def known_for(request: HttpRequest, email: str) -> str:
    """The id of this browser if `email` has signed in on it; otherwise nothing."""
    try:
        mark = signing.loads(COOKIE.read(request), salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return ""
    return str(mark["id"]) if constant_time_compare(mark["of"], _owner(email)) else ""


def _owner(email: str) -> str:
    return digest("device of", email.strip().casefold())
