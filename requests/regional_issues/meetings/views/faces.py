"""One page, two faces: what staff see under /admin/ward-meetings/, outside members under /partner/ward-meetings/."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.pages import staff_page

PAGES = ("index", "show", "answer", "decisions", "decision", "report")
ONLY_STAFF = ("csv", "new", "act", "approve", "steer")
FACES = ("ward_meetings", "ward_meetings_partner")


def face_of(request: HttpRequest) -> str:
    return FACES[1] if actor_of_request(request).is_partner else FACES[0]


def page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """`context["title"]` is the page's one heading; `at` the names of the pages of this face."""
    face, is_partner = face_of(request), actor_of_request(request).is_partner
    known = {
        "at": {name: f"{face}:{name}" for name in (*PAGES, *(() if is_partner else ONLY_STAFF))},
        "frame": f"ward_meetings/frame_{'partner' if is_partner else 'staff'}.html",
        "is_partner": is_partner,
        **context,
    }
    if is_partner:
        return render(request, template, known, status=status)
    return staff_page(request, template, known, status=status)
