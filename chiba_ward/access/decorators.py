"""Guards of whole views: who may come to this face. Which roles a page is for stands in `policy.yaml` and is asked
before any view runs (`PolicyMiddleware`).

The anonymous are sent to the sign-in page by `LoginRequiredMiddleware` before any of these runs. Whoever is
signed in and has no business here gets 404, the same as for a page that does not exist (ASSURANCE AC2).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse

from chiba_ward.access.actor import Actor, actor_of_request
from chiba_ward.access.fresh import ask_again, is_fresh

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


def fresh_sign_in_required(back: str) -> Callable[[View], View]:
    """For what takes personal data away: a sign-in of long ago is proved again (ASSURANCE SE6).

    The person comes back to the page `back`, filtered as it was, and presses once more.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if is_fresh(request):
                return view(request, *args, **kwargs)
            query = request.GET.urlencode()
            following = f"{reverse(back)}?{query}" if query else reverse(back)
            return ask_again(request, following, "そのあと、もう一度保存のボタンを押してください。")

        return guarded  # type: ignore[return-value]  # wraps keeps the view's own signature

    return decorate


staff_required = actor_required(lambda actor: actor.is_staff)
partner_required = actor_required(lambda actor: actor.is_partner)
resident_required = actor_required(lambda actor: actor.is_citizen)
