"""The requests of those who have a seat, a 緊急の開示 or the key of a sealed matter, run in one transaction in which it is open."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from chiba_ward.access.actor import Actor, actor_of_request
from chiba_ward.compartments import services as compartments


class CompartmentMiddleware:
    """After the middleware that says who acts. Whoever has neither pays nothing for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        actor = actor_of_request(request)
        if not (actor.compartments or actor.glasses or actor.has_sealed_key):
            return self.get_response(request)
        with compartments.opened(actor), _key_of(actor):
            return whole(self.get_response(request))


def _key_of(actor: Actor) -> AbstractContextManager[None]:
    if actor.has_sealed_key and actor.matter_id is not None:
        return compartments.opened_by_key(actor.matter_id)
    return nullcontext()


def whole(response: HttpResponseBase) -> HttpResponseBase:
    """A stream that asks the database is read to its end while the compartments are open: nobody reads on after that.

    Its memory is that of the lines one person may see; a file asks nobody and stays a stream.
    """
    if response.streaming and not isinstance(response, FileResponse):
        response.streaming_content = list(response)  # type: ignore[attr-defined]  # streaming
    return response
