"""Pages that may be seen without signing in. Everything else asks for a sign-in (DESIGN §2 rule 4).

`public_urls.txt` is the reviewed list; a test compares it with the routes that are really open.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, get_resolver

View = TypeVar("View", bound=Callable[..., Any])
LIST = Path(__file__).with_name("public_urls.txt")


def public(view: View) -> View:
    """Open a view to everybody. Its route must stand in `public_urls.txt`."""
    opened: View = login_not_required(view)
    return opened


def reviewed_routes() -> set[str]:
    """The routes that a person has agreed to leave open; `/` stands for the first page."""
    lines = (line.split("#")[0].strip() for line in LIST.read_text(encoding="utf-8").splitlines())
    return {"" if line == "/" else line for line in lines if line}


def open_routes() -> set[str]:
    """The routes that `LoginRequiredMiddleware` really lets through."""
    return {route for route, view in routes(get_resolver()) if not getattr(view, "login_required", True)}


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every route of the process with its view; the language prefix of citizens' pages is written as it is."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route, entry.callback
        else:
            yield from routes(entry, route)
