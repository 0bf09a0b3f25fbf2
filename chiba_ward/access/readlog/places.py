"""Routes that show nothing personal: the reviewed list. Every other page must say what it shows.

A line of `nothing_personal.txt` is a route, or the beginning of routes when it ends in `*`. Where `refusals` stands
before it, the page itself shows nothing, but whoever is refused there was after somebody's data: that is kept.
"""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest

LIST = Path(__file__).with_name("nothing_personal.txt")
REFUSALS = "refusals "


def is_personal(route: str) -> bool:
    """Whether an answer of this route must be in the log."""
    return _line_for(route) is None


def counts_refusals(request: HttpRequest) -> bool:
    """Whether a 404 or 403 here was a refusal of something personal. An address that leads nowhere is none."""
    route = route_of(request)
    line = _line_for(route)
    return bool(route) and (line is None or line.startswith(REFUSALS))


def route_of(request: HttpRequest) -> str:
    """The pattern without the prefix of a language; empty for an address that no route fits."""
    match = request.resolver_match
    route = str(match.route) if match else ""
    first, _, rest = route.partition("/")
    return rest if first in _languages() else route


@cache
def lines() -> tuple[str, ...]:
    """The list without its remarks; `/` stands for the first page."""
    found = (line.split("#")[0].strip() for line in LIST.read_text(encoding="utf-8").splitlines())
    return tuple(line for line in found if line)


@cache
def _line_for(route: str) -> str | None:
    return next((line for line in lines() if covers(line, route)), None)


def covers(line: str, route: str) -> bool:
    pattern, route = (
        line.removeprefix(REFUSALS),
        route.replace("^", ""),
    )  # where Django joined two expressions
    return route.startswith(pattern[:-1]) if pattern.endswith("*") else (route or "/") == pattern


@cache
def _languages() -> frozenset[str]:
    return frozenset(code for code, _ in settings.LANGUAGES)
