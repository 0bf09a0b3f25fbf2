"""Headers that every answer carries, whatever its status (ASSURANCE IN2, IN3, PR5)."""

from collections.abc import Iterator

from django.conf import settings
from django.http.response import HttpResponseBase

from chiba_ward.settings.oidc import form_targets

NONE, SELF = ["'none'"], ["'self'"]
STRICT = {
    "default-src": NONE,
    "script-src": SELF,
    "style-src": SELF,
    "object-src": NONE,
    "base-uri": NONE,
    "frame-ancestors": NONE,
    "form-action": SELF,
}
OUR_SOURCES = {"'none'", "'self'", "data:"}
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def policy_of(header: str) -> dict[str, list[str]]:
    directives = (part.split() for part in header.split(";") if part.strip())
    return {words[0]: words[1:] for words in directives}


def problems(response: HttpResponseBase) -> Iterator[str]:
    policy = policy_of(response.headers.get("Content-Security-Policy", ""))
    is_page = response.headers.get("Content-Type", "text/html").startswith(("text/html", "image/svg"))
    yield from _page_problems(policy) if is_page else _file_problems(policy)
    if "no-store" not in response.headers.get("Cache-Control", ""):
        yield "Cache-Control has no no-store"
    for name, value in FIXED.items():
        if response.headers.get(name) != value:
            yield f"{name} is {response.headers.get(name)!r}, not {value!r}"


def _page_problems(policy: dict[str, list[str]]) -> Iterator[str]:
    targets = [*SELF, *_provider()]
    for directive, sources in {**STRICT, "form-action": targets}.items():
        if policy.get(directive) != sources:
            yield f"CSP {directive} is {policy.get(directive)}, not {sources}"
    for directive, sources in policy.items():
        foreign = set(sources) - OUR_SOURCES - set(targets if directive == "form-action" else ())
        if foreign and directive != "sandbox":
            yield f"CSP {directive} opens to {sorted(foreign)}"


def _provider() -> list[str]:
    """Where a form may lead besides: the city's own sign-in page, if one is set."""
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return form_targets({"PORTAL_OIDC_SERVER_URL": apps[0]["settings"]["server_url"]}) if apps else []


def _file_problems(policy: dict[str, list[str]]) -> Iterator[str]:
    """A PDF or a picture may bring a policy of its own, as long as nothing runs in it."""
    if policy.get("default-src") != NONE or policy.get("frame-ancestors", NONE) != NONE:
        yield f"CSP of a file is {policy}"
    if policy.get("script-src", NONE) not in (NONE, SELF):
        yield f"CSP script-src of a file is {policy['script-src']}"
