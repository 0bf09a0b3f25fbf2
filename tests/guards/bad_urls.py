"""Views that break one rule each, for the guards' own tests. A good one shows that the guards let it pass."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from chiba_ward.access import readlog
from chiba_ward.access.public import public
from chiba_ward.directory.models import Ward

PAGE = """<!DOCTYPE html><html lang="ja"><head><title>見本</title>{head}</head>
<body><main><h1>見本</h1>{main}</main></body></html>"""


def page(main: str = "", head: str = "") -> str:
    return PAGE.format(main=main, head=head)


BROKEN = {
    "inline-script": page("<script>alert(1)</script>"),
    "inline-style": page(head="<style>p{color:red}</style>"),
    "style-attribute": page('<p style="color:red">x</p>'),
    "handler": page('<button onclick="go()">押す</button>'),
    "javascript-link": page('<a href="javascript:go()">押す</a>'),
    "foreign-asset": page('<img alt="" src="https://cdn.example.com/x.png">'),
    "foreign-script": page(head='<script src="//cdn.example.com/x.js"></script>'),
    "two-h1": page("<h1>もう一つ</h1>"),
    "no-label": page('<input name="q">'),
    "empty-label": page('<label for="q"></label><input id="q" name="q">'),
    "silent-button": page('<button><svg aria-hidden="true"></svg></button>'),
    "same-id": page('<p id="a">x</p><p id="a">y</p>'),
    "no-lang": page().replace(' lang="ja"', ""),
    "no-title": page().replace("<title>見本</title>", ""),
    "no-h1": page().replace("<h1>見本</h1>", ""),
    "fragment": "<p>ここだけ</p>",
}
GOOD = page(
    '<label for="q">さがす</label><input id="q" name="q"><label>区<select name="w"></select></label>'
    '<input type="hidden" name="x"><input name="y" aria-label="名前"><button>送る</button>'
    '<a href="https://www.example.com/">よそ</a><script type="application/json">{"a": 1}</script>'
)


@public
def show(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(GOOD if name == "good" else BROKEN[name])


@public
def write(request: HttpRequest) -> HttpResponse:
    Ward.objects.filter(pk=0).update(name="x")
    return HttpResponse(GOOD)


@public
def write_apart(request: HttpRequest) -> HttpResponse:
    """On a connection of its own, where a wrapper on the usual one would see nothing."""
    from django.db import connection

    apart = connection.copy()
    try:
        with apart.cursor() as cursor:
            cursor.execute("UPDATE directory_ward SET name = name WHERE false")
    finally:
        apart.close()
    return HttpResponse(GOOD)


@public
def undefined(request: HttpRequest) -> HttpResponse:
    template = engines["django"].from_string(
        "{% if nothing %}{% endif %}{% firstof nothing 'x' %}{{ nothing.at_all }}"
    )
    return HttpResponse(page(template.render({}, request)))


@public
def swallowed(request: HttpRequest) -> HttpResponse:
    """A view that catches everything must not hide the fault."""
    try:
        return undefined(request)
    except AssertionError:
        return HttpResponse(GOOD)


@public
def personal(request: HttpRequest) -> HttpResponse:
    """Somebody forgot to say what the page shows."""
    return HttpResponse(GOOD)


@public
def told(request: HttpRequest, times: int) -> HttpResponse:
    for number in range(times):
        readlog.saw("person", [number])
    return HttpResponse(GOOD)


@public
def kept(request: HttpRequest) -> HttpResponse:
    return HttpResponse(GOOD, headers={"Cache-Control": "max-age=60"})


@public
def loose(request: HttpRequest) -> HttpResponse:
    policy = "default-src 'self'; script-src 'self' 'unsafe-inline' https://cdn.example.com"
    return HttpResponse(GOOD, headers={"Content-Security-Policy": policy})


@public
def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def closed(request: HttpRequest, **_: Any) -> HttpResponse:
    return HttpResponse(GOOD)


handler404 = "chiba_ward.ui.views.not_found"
handler500 = "chiba_ward.ui.views.server_error"
urlpatterns = [
    path("show/<slug:name>/", show),
    path("write/", write),
    path("write-apart/", write_apart),
    path("undefined/", undefined),
    path("swallowed/", swallowed),
    path("personal/", personal),
    path("told/<int:times>/", told),
    path("kept/", kept),
    path("loose/", loose),
    path("broken/", broken),
    path("closed/", closed),
    path("account/login/", show, {"name": "good"}, name="account_login"),
    path("account/leave/", show, {"name": "good"}, name="leave"),
    path("", show, {"name": "good"}, name="home"),
]
