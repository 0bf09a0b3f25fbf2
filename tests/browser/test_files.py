"""A file on its way: refused with the reason, waiting for the scanner, open, shut — as resident, clerk and administrator see it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chiba_ward.casework import scans
from chiba_ward.casework.files import first_look
from consultations.models import Consultation
from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, TELEPHONE, Portal, shot
from tests.casework.clamd_server import ClamdServer
from tests.consultations.citizen_support import picture

pytestmark = pytest.mark.slow
NEXT = "button[name=next]"
CHECKING, SHUT = "安全かどうか確かめています", "安全のため使えません"
CLEANED = b"JFIF"  # in every rebuilt photograph


@pytest.fixture
def clamd(settings: Any) -> Iterator[ClamdServer]:
    server = ClamdServer()
    settings.PORTAL_CLAMD = server.url
    for breaker in (scans.breaker, first_look.breaker):
        breaker.reset()
    yield server
    server.stop()


def chosen(name: str, content: bytes = b"") -> dict[str, Any]:
    return {"name": name, "mimeType": "", "buffer": content or picture().read()}


def look(page: Page, name: str) -> None:
    """On both widths: a picture for people, nothing that axe finds, nothing wider than the screen."""
    for width, size in (("1280", DESKTOP), ("375", TELEPHONE)):
        page.set_viewport_size(size)
        shot(page, f"files-{name}-{width}")
        assert violations(page) == []
        assert (
            page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        )


def test_a_file_from_the_telephone_to_the_desk(
    open_browser: Callable[..., Page], portal: Portal, sign_in: Any, clamd: ClamdServer, complaints: Any
) -> None:
    resident = open_browser(viewport=TELEPHONE)
    _write(resident)
    number, case = _send(resident)
    clerk, admin = open_browser(), open_browser()
    sign_in(clerk, "somu.wakaba")
    sign_in(admin, "system")
    page = f"/admin/consultations/case/{number}/"
    clerk.goto(page)

    files = clerk.locator("section[aria-labelledby=files]")
    expect(files.get_by_text("検査中")).to_be_visible()
    expect(files.locator("a")).to_have_count(0)
    expect(resident.get_by_text(CHECKING)).to_be_visible()
    look(clerk, "clerk-checking")
    look(resident, "resident-checking")

    portal.drain()
    clerk.reload()
    with clerk.expect_download() as downloading:
        files.locator("a").click()
    assert downloading.value.suggested_filename == "添付1.jpg"
    expect(files.locator(".cw-chip")).to_have_count(0)
    resident.reload()
    with resident.expect_download():
        resident.get_by_role("link", name="ファイル1").click()

    resident.locator("[name=body]").fill("もう一つ送ります。")
    resident.set_input_files("[name=files]", [chosen("b.jpg", picture(colour="red").read())])
    resident.locator("form[action*='/case/message/'] button:not([type=button])").click()
    clamd.signatures["Test.Family-1"] = CLEANED
    portal.drain()
    for one in (resident, clerk):
        one.reload()
    expect(files.get_by_text("使えません(ウイルスのおそれ)")).to_be_visible()
    expect(resident.get_by_text(SHUT)).to_be_visible()
    for one in (resident, clerk):
        assert "Test.Family" not in one.content()
        expect(one.get_by_text("だれも開けないようにし").first).to_be_visible()
    look(clerk, "clerk-shut")
    look(resident, "resident-shut")

    admin.goto("/admin/casework/attachment/")
    expect(admin.get_by_text("Test.Family-1")).to_be_visible()
    look(admin, "administrator")
    assert case.matter.attachments.count() == 2
    complaints.clear()  # the 422 of the refused files


def _write(page: Page) -> None:
    page.goto("/consult/")
    page.locator("main form.cw-form button").click()
    page.check("input[name=topic][value=unknown]")
    page.locator(NEXT).click()
    page.check("input[name=consultant_kind][value=self]")
    page.fill("[name=chief_concern]", "手続きのこと")
    page.fill("[name=body]", "ここまで書いた文章です。")
    refused = [
        chosen("手紙.docx"),
        chosen("写真.zip"),
        chosen("動画.mov"),
        chosen("大きい.jpg", b"\xff\xd8\xff" + bytes(11 * 1024**2)),
    ]
    page.set_input_files("[name=files]", [*refused, chosen("a.jpg")])
    page.locator(NEXT).click()
    errors = page.locator("#id_files_error")
    for said in (
        "PDFを選んで保存し直す",
        "まとめる前の写真",
        "動画と録音は受け取れません",
        "10MBまで送れます",
    ):
        expect(errors.get_by_text(said)).to_be_visible()
    expect(page.locator("[name=body]")).to_have_value("ここまで書いた文章です。")
    expect(page.locator(".cw-files__name")).to_have_count(1)
    look(page, "refused")
    page.locator(NEXT).click()


def _send(page: Page) -> tuple[str, Consultation]:
    page.check("input[name=ward][value=wakaba]")
    page.locator(NEXT).click()
    page.check("input[name=preferred][value=portal]")
    page.locator(NEXT).click()
    page.locator("main form[data-once] button").click()
    number = page.locator("#receipt-number").inner_text().replace("\n", "").replace(" ", "")
    page.goto("/status/case/")
    return number, Consultation.objects.get(matter__receipt_no=number)
