"""A real Chromium before a real server in a demo city of one's own.

`page` is a browser in which nobody is signed in, `sign_in(page, "somu.wakaba")` presses that person's button on the
demo page, `portal.drain()` does what worker and beat would do. What the browser complains of fails the test.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core import mail
from django.test.testcases import LiveServerThread
from django.test.utils import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from chiba_ward.casework import steps
from chiba_ward.directory.initial.rows import read
from chiba_ward.documents import services as documents
from chiba_ward.documents.models import Document
from chiba_ward.outbox import services as outbox
from community import demo as community_demo
from consultations.demo import people
from tests.browser.complaints import Complaints
from tests.guards.sources import ROOT

HOST = "127.0.0.1"
FLAGS = [
    "--no-sandbox",  # the suite may run as root in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-pings",
]
DESKTOP, TELEPHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 812}
SCREENS = ROOT / ".portal-test" / "screens"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@dataclass
class Portal:
    """The running portal: where it is, and what happens behind it."""

    url: str
    mails: list[Any] = field(default_factory=lambda: mail.outbox)

    def drain(self) -> None:
        """What worker and beat do in the minutes after: effects, due steps, documents."""
        for _ in range(3):
            outbox.run_pending_now()
            steps.fire_due_steps()
            for document in Document.objects.filter(state="queued").order_by("created_at"):
                documents.make(document.pk)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of this folder. Playwright keeps a loop in this thread, which Django would refuse."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        program = os.environ.get("PORTAL_CHROMIUM") or None
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def portal(fresh_city: Callable[[], Any]) -> Iterator[Portal]:
    """A server over a fresh demo city, for the tests of one file."""
    with fresh_city(), serving() as running:
        yield running


@contextmanager
def serving() -> Iterator[Portal]:
    """A server over the database that is in use."""
    thread = LiveServerThread(HOST, StaticFilesHandler, connections_override={}, port=0)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    url = f"http://{HOST}:{thread.port}"
    try:
        with override_settings(PORTAL_BASE_URL=url):
            yield Portal(url)
    finally:
        thread.terminate()


def new_context(chromium: Browser, portal: Portal, *, script: bool = True, **options: Any) -> BrowserContext:
    """A browser of somebody in Chiba; `script=False` is one without JavaScript."""
    wishes = {"viewport": DESKTOP, "locale": "ja-JP", "timezone_id": "Asia/Tokyo", "reduced_motion": "reduce"}
    context = chromium.new_context(base_url=portal.url, java_script_enabled=script, **{**wishes, **options})
    context.set_default_timeout(15_000)
    return context


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """What the browsers of this test complained of; a test that provokes one takes it out with `clear()`."""
    collected = Complaints()
    yield collected
    assert collected.all == []


@pytest.fixture
def open_browser(chromium: Browser, portal: Portal, complaints: Complaints) -> Iterator[Callable[..., Page]]:
    """`open_browser(script=False, viewport=TELEPHONE)` -> a page in a browser of its own, for a second person."""
    opened: list[BrowserContext] = []

    def start(**options: Any) -> Page:
        context = new_context(chromium, portal, **options)
        opened.append(context)
        complaints.listen(context)
        return context.new_page()

    yield start
    for context in opened:
        context.close()


@pytest.fixture
def page(open_browser: Callable[..., Page]) -> Page:
    return open_browser()


@pytest.fixture
def telephone(open_browser: Callable[..., Page]) -> Page:
    """A page as wide as a telephone."""
    return open_browser(viewport=TELEPHONE, has_touch=True)


@lru_cache
def _names() -> dict[str, str]:
    officers = read(Path(community_demo.__file__).parent / "community.yaml")["officers"]
    everybody = [*read(Path(people.__file__).parent / "people.yaml"), *officers]
    return {row["email"]: row["name"] for row in everybody}


def sign_in(page: Page, email: str) -> Page:
    """Come in as this demo person by the button of the demo page. Ends on the person's first page."""
    page.goto("/account/demo/")
    page.get_by_role("button", name=_names()[email], exact=True).click()
    page.wait_for_url(lambda url: "/account/demo/" not in url)
    return page


@pytest.fixture(name="sign_in")
def _sign_in() -> Callable[[Page, str], Page]:
    """The same for a test that asks for it, instead of the fixture of that name for Django's test client."""
    return sign_in


def shot(page: Page, name: str) -> None:
    """A picture for people to look at, in a folder that git ignores."""
    path = SCREENS / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=True)
