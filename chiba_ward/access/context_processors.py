"""Who acts, for every template."""

from typing import Any

from django.http import HttpRequest

from chiba_ward.access.actor import actor_of_request


def actor(request: HttpRequest) -> dict[str, Any]:
    """`actor`; `has_session_ended` where a time limit has brought the person to the sign-in page."""
    return {"actor": actor_of_request(request), "has_session_ended": request.GET.get("ended") == "1"}
