"""Small views that show, refuse, break or stream, for the tests of what the middleware writes."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import path

from chiba_ward.access import readlog
from chiba_ward.access.actor import actor_of
from chiba_ward.access.public import public
from chiba_ward.access.readlog import Verb
from chiba_ward.directory.models import Posting
from tests.guards import bad_urls

GOOD = bad_urls.GOOD


@public
def one(request: HttpRequest) -> HttpResponse:
    readlog.saw("person", [7])
    return HttpResponse(GOOD)


@public
def many(request: HttpRequest) -> HttpResponse:
    """Several parts of a page say what they show; it stays one row."""
    readlog.saw("consultation", [7])
    readlog.saw("consultation", [8, 7], verb=Verb.LIST)
    readlog.saw("attachment", [3], matters=[9])
    readlog.saw("draft", ["ab-cd"], verb=Verb.LIST)
    return HttpResponse(GOOD)


@public
def search(request: HttpRequest) -> HttpResponse:
    readlog.saw("consultation", [1, 2], verb=Verb.LIST, words=request.GET.get("q", ""))
    return HttpResponse(GOOD)


@public
def refuse(request: HttpRequest, how: str, pk: int) -> HttpResponse:
    """It has read and even written before it refuses; the transaction takes all of it back."""
    with transaction.atomic():
        readlog.saw("consultation", [pk])
        readlog.event(Verb.FACTOR_FAILED, "person", [pk])
        Posting.objects.filter(pk=0).delete()
        if how == "forbidden":
            raise PermissionDenied
        if how == "broken":
            raise ZeroDivisionError
        raise Http404


@public
def stream(request: HttpRequest, number: int) -> HttpResponseBase:
    rows = readlog.exported("consultation", _rows(number), matters=lambda row: row.pk)
    return StreamingHttpResponse((f"{row.pk}\n" for row in rows), content_type="text/csv")


def _rows(number: int) -> Iterator[Any]:
    yield from (SimpleNamespace(pk=pk) for pk in range(1, number + 1))


@public
def by_token(request: HttpRequest, posting: int) -> HttpResponse:
    """An API proves inside the view who calls."""
    found = Posting.objects.with_duty().get(pk=posting)
    request.actor = actor_of(found.person, found)  # type: ignore[attr-defined]
    readlog.saw("person", [7])
    return HttpResponse(GOOD)


@public
def ask(request: HttpRequest) -> HttpResponse:
    raise readlog_ask("/one/")


def readlog_ask(url: str) -> Exception:
    from chiba_ward.access.readlog.middleware import AskFirst

    return AskFirst(url)


handler404 = "chiba_ward.ui.views.not_found"
handler500 = "chiba_ward.ui.views.server_error"
urlpatterns = [
    *bad_urls.urlpatterns,
    path("one/", one),
    path("many/", many),
    path("search/", search),
    path("refuse/<slug:how>/<int:pk>/", refuse, name="refuse"),
    path("stream/<int:number>/", stream),
    path("token/<int:posting>/", by_token),
    path("ask/", ask),
]
