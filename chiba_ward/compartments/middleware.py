"""The requests of those who have a seat run in one transaction in which their compartments are open."""

from collections.abc import Callable
from dataclasses import replace

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from chiba_ward.access.actor import actor_of_request
from chiba_ward.compartments import services as compartments


class CompartmentMiddleware:
    """After the middleware that says who acts. Whoever has no seat pays one question for it, and nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        actor = actor_of_request(request)
        mine = compartments.ids_of(actor)
        request.actor = actor = replace(actor, compartments=mine)  # type: ignore[attr-defined]  # the portal's own
        with compartments.opened(actor):
            response = self.get_response(request)
            return whole(response) if mine else response


def whole(response: HttpResponseBase) -> HttpResponseBase:
    """A stream that asks the database is read to its end while the compartments are open: nobody reads on after that.

    Its memory is that of the lines one person may see; a file asks nobody and stays a stream.
    """
    if response.streaming and not isinstance(response, FileResponse):
        response.streaming_content = list(response)  # type: ignore[attr-defined]  # streaming
    return response
