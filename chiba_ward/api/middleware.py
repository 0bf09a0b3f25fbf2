"""Around every request to the API: no cookie is looked at, and every error has the form of the API."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from chiba_ward.api.problems import KINDS, MEDIA_TYPE, Problem, body_of

PREFIX = "/api/"
GetResponse = Callable[[HttpRequest], HttpResponse]


class ApiMiddleware:
    """Without the cookie there is nobody but the token's posting: a page of a stranger cannot use a clerk's
    session here, so that these routes need no CSRF token (ADR 0017)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        for header in ("HTTP_COOKIE", "HTTP_ACCEPT_LANGUAGE"):
            request.META.pop(header, None)
        response = self.get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        return as_problem(response) if response.status_code >= 400 and is_page else response


def as_problem(response: HttpResponse) -> HttpResponse:
    """The same answer, its page replaced; headers that others have set stay."""
    response.content = body_of(Problem(response.status_code if response.status_code in KINDS else 500))
    response.headers["Content-Type"] = MEDIA_TYPE
    if "Content-Length" in response.headers:
        response.headers["Content-Length"] = str(len(response.content))
    return response
