"""The portal's own cookies, all alike: unreadable for scripts, of this host alone, never sent along from elsewhere.

Over HTTPS their names begin with `__Host-`, so that no other host of the city can plant one (ASSURANCE SE1).
"""

import datetime as dt

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


class Cookie:
    """`own` knows every one, for the way out that leaves nothing behind."""

    own: "list[Cookie]" = []

    def __init__(self, base: str) -> None:
        self.base = base
        self.own.append(self)

    @property
    def name(self) -> str:
        return f"{settings.PORTAL_COOKIE_PREFIX}{self.base}"

    def read(self, request: HttpRequest) -> str:
        return request.COOKIES.get(self.name, "")

    def put(self, response: HttpResponseBase, value: str, max_age: int | dt.timedelta | None) -> None:
        """`max_age=None` is a cookie of the open browser only."""
        response.set_cookie(
            self.name,
            value,
            max_age=max_age,
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )

    def drop(self, response: HttpResponseBase) -> None:
        response.delete_cookie(self.name, samesite="Lax")
