"""Guards of whole views: who may come to this face. Which roles a page is for stands in `policy.yaml` and is asked
before any view runs (`PolicyMiddleware`).

The anonymous are sent to the sign-in page by `LoginRequiredMiddleware` before any of these runs. Whoever is
signed in and has no business here gets 404, the same as for a page that does not exist (ASSURANCE AC2).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponseBase

from chiba_ward.access.actor import Actor, actor_of_request

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def actor_required(permitted: Callable[[Actor], bool]) -> Callable[[View], View]:
    """Guard a view with any predicate over the actor."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not permitted(actor_of_request(request)):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded  # type: ignore[return-value]  # wraps keeps the view's own signature

    return decorate


staff_required = actor_required(lambda actor: actor.is_staff)
partner_required = actor_required(lambda actor: actor.is_partner)
resident_required = actor_required(lambda actor: actor.is_citizen)
