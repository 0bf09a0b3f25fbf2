"""What a household's browser keeps: tokens of the keys it has shown, signed, for half a year or until 「この端末で閉じる」."""

from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from chiba_ward.ui.cookies import Cookie
from community.circulars.models import CircularKey
from community.circulars.services import keys

COOKIE = Cookie("portal_circulars")
SALT = "community.circulars.device"
KEPT_SECONDS = 180 * 24 * 3600
MOST_KEYS = 4
"""Of one browser: a household's, and those of a 班長 who looks after more than one 班."""


def tokens(request: HttpRequest) -> list[str]:
    try:
        found = signing.loads(COOKIE.read(request), salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return []
    return [str(one) for one in found]


def remember(request: HttpRequest, response: HttpResponseBase, token: str) -> None:
    """The newest first; what falls out at the end gives its place back."""
    kept = [token, *tokens(request)]
    keys.close(kept[MOST_KEYS:])
    COOKIE.put(response, signing.dumps(kept[:MOST_KEYS], salt=SALT), KEPT_SECONDS)


def forget(request: HttpRequest, response: HttpResponseBase) -> None:
    keys.close(tokens(request))
    COOKIE.drop(response)


def shown(request: HttpRequest) -> list[CircularKey]:
    """The keys of this browser that still open something."""
    known = tokens(request)
    return keys.shown_by(known) if known else []
