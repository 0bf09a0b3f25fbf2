"""axe on every URL pattern and role, on a desk and on a telephone; nothing wider than the screen; a silent console.

A page that differs from one already looked at only in its words is not looked at twice: for each route the parts of
a page (tags and classes) are remembered, and a page that brings no new part is left out. The stock pages of the admin
are one route for all its tables: they are built of the same parts, and one that brings another is looked at.
"""

import os
import re
from collections.abc import Iterator
from copy import copy
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve
from lxml import html
from playwright.sync_api import Browser, Page

from tests.browser.axe import violations
from tests.browser.complaints import Complaints
from tests.browser.conftest import DESKTOP, HOST, TELEPHONE, Portal, new_context, serving, shot
from tests.guards.faces import visitors
from tests.guards.people import EVERYBODY, actor, client_of
from tests.guards.places import Place, places_for
from tests.guards.plugins.demo import copy_database, drop_database, using

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("without_lines")]
STOCK = re.compile(r"(?<=_)(?:changelist|add|change|delete|history)$")
NAMES = re.compile(r"(?<!\S)(?:field|column|model|app)-[\w-]+")
WIDTHS = {"desk": DESKTOP, "telephone": TELEPHONE}
WITH_PICTURES = bool(os.environ.get("PICTURES"))  # for people to look at
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDEST = """() => [...document.querySelectorAll("body *")]
  .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .slice(0, 3).map(one => one.tagName + "." + one.className)"""


@pytest.fixture(scope="module")
def portal(demo_database: str, django_db_blocker: Any) -> Iterator[Portal]:
    """Over the furnished city, where every page has something to show."""
    name = f"{demo_database}_axe"
    with django_db_blocker.unblock():
        drop_database(name)
        copy_database(demo_database, name)
        try:
            with using(name), serving() as running:
                yield running
        finally:
            drop_database(name)


@pytest.fixture(scope="module")
def looked_at() -> dict[str, set[str]]:
    """Route -> parts of its pages that axe has seen."""
    return {}


@pytest.mark.parametrize("name", EVERYBODY)
def test_pages_are_accessible(
    name: str, chromium: Browser, portal: Portal, complaints: Complaints, looked_at: dict[str, set[str]]
) -> None:
    client = client_of(name)
    theirs = [place for place in places_for(actor(name), client) if name in visitors(place.route)]
    places = list(_with_new_parts(client, theirs, looked_at))
    context = new_context(chromium, portal)
    complaints.listen(context)
    page = context.new_page()
    problems = []
    for place in places:
        context.clear_cookies()
        context.add_cookies(_cookies(client))
        problems += _looked_at(page, name, place)
    context.close()
    assert not problems, f"{len(problems)} on {len(places)} pages as {name}:\n" + "\n".join(problems)


def _cookies(client: Client) -> list[Any]:
    return [
        {"name": key, "value": one.value, "domain": HOST, "path": "/"} for key, one in client.cookies.items()
    ]


def _with_new_parts(client: Client, places: list[Place], looked_at: dict[str, set[str]]) -> Iterator[Place]:
    cookies = copy(client.cookies)
    for place in places:
        response = client.get(place.path)
        if response.streaming:
            b"".join(response)  # to the end, as a browser does: that closes the file
        client.cookies = copy(cookies)  # the way out forgets who one is
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if (
            not is_page
            or response.status_code not in (200, 404)
            or (response.status_code == 404 and "404" in looked_at)
        ):
            continue
        route = _kind_of(place) if response.status_code == 200 else "404"
        new = parts(response.content.decode()) - looked_at.get(route, set())
        if new:
            looked_at.setdefault(route, set()).update(new)
            yield place


def _kind_of(place: Place) -> str:
    stock = STOCK.search(resolve(place.path).view_name) if place.route.startswith("admin/") else None
    return stock[0] if stock else place.route


def parts(text: str) -> set[str]:
    """Every tag with its classes and its parent's, as far as they say how a page looks."""
    found = set()
    for element in html.document_fromstring(text).iter(html.etree.Element):
        parent = element.getparent()
        above = "" if parent is None else f"{parent.tag}.{_classes(parent)}>"
        found.add(f"{above}{element.tag}.{_classes(element)}[{element.get('type', '')}]")
    return found


def _classes(element: Any) -> str:
    """Without those by which the admin names a table or a column; no sheet of ours knows one."""
    return NAMES.sub("", element.get("class", ""))


def _looked_at(page: Page, name: str, place: Place) -> Iterator[str]:
    page.set_viewport_size(DESKTOP)
    page.goto(place.path, wait_until="load")
    for width, size in WIDTHS.items():
        page.set_viewport_size(size)
        for found in violations(page):
            yield f"{place.path} [{width}] {found}"
        wide = page.evaluate(TOO_WIDE)
        if wide > 0:
            yield f"{place.path} [{width}] {wide} px too wide: {page.evaluate(WIDEST)}"
        if WITH_PICTURES:
            shot(page, f"{name}/{_slug(place)}-{width}")


def _slug(place: Place) -> str:
    return re.sub(r"[^a-z0-9]+", "-", place.path.lower()).strip("-")[:90] or "home"


# --- the guard bites


BAD = """<!DOCTYPE html><html lang="ja"><head><title>x</title></head><body><main><h1>x</h1>
<a href="#a" class="small">a</a><a href="#b">b</a><input name="q"><p class="wide">うすい文字の文</p></main></body></html>"""


def test_axe_finds_what_is_wrong(chromium: Browser) -> None:
    context = chromium.new_context(viewport=TELEPHONE)
    page = context.new_page()
    page.set_content(BAD)
    page.add_style_tag(content=".wide{width:900px} p{color:#ccc;background:#fff}")
    found = " ".join(violations(page))
    assert "label [" in found
    assert "color-contrast [" in found
    assert page.evaluate(TOO_WIDE) > 0
    context.close()


def test_the_console_is_heard(chromium: Browser, portal: Portal) -> None:
    """A blocked script, a missing file and an error: three complaints."""
    heard = Complaints()
    context = new_context(chromium, portal)
    heard.listen(context)
    page = context.new_page()
    page.goto("/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"/static/none.png\" alt=\"\">')")
    page.evaluate(
        "() => { const one = document.createElement('script'); one.text = '1'; document.body.append(one) }"
    )
    page.evaluate("() => { setTimeout(() => { throw new Error('broken') }, 0) }")
    page.wait_for_timeout(500)
    context.close()
    said = "\n".join(heard.all)
    assert "404 for" in said
    assert "Content Security Policy" in said
    assert "broken" in said
