"""One page, two faces: what a section sees under /admin/circulars/, an association under /partner/circulars/."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.pages import staff_page

PAGES = (
    "index", "csv", "new", "show", "edit", "discard", "act", "ledger", "ledger_csv", "turn", "paper",
    "groups", "group_new", "group", "group_act", "keys",
)  # fmt: skip
ONLY_STAFF = frozenset({"csv"})


def face_of(request: HttpRequest) -> str:
    return "circulars_partner" if actor_of_request(request).is_partner else "circulars"


def addresses(request: HttpRequest) -> dict[str, str]:
    """The names of the pages of this face, for templates that serve both."""
    face = face_of(request)
    return {name: f"{face}:{name}" for name in PAGES if face == "circulars" or name not in ONLY_STAFF}


def page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """`context["title"]` is the page's one heading."""
    is_partner = actor_of_request(request).is_partner
    known = {
        "at": addresses(request),
        "frame": f"circulars/frame_{'partner' if is_partner else 'staff'}.html",
        "is_partner": is_partner,
        **context,
    }
    if is_partner:
        return render(request, template, known, status=status)
    return staff_page(request, template, known, status=status)
