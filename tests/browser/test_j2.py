"""J2, the entry part: a clerk types for an old man whose daughter speaks, reads back, prints, corrects a slip."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from consultations.models import Consultation
from tests.browser.axe import violations
from tests.browser.conftest import shot, sign_in

NEXT = "button[name=next]"
START = "/admin/consultations/entry/"


@pytest.mark.parametrize("script", [True, False], ids=["script", "without-script"])
def test_the_counter(script: bool, open_browser: Callable[..., Page], complaints: Any) -> None:
    page = sign_in(open_browser(script=script), "somu.wakaba")

    def look(name: str) -> None:
        shot(page, f"j2-{name}{'' if script else '-noscript'}")
        if script:
            assert violations(page) == [], page.url

    page.goto(START)
    look("start")
    page.check("input[name=speaker][value=proxy]")
    page.locator("#content-main form button").last.click()
    expect(page.locator("#error-summary")).to_be_visible()
    look("start-error")
    page.fill("[name=speaker_name]", "見本 次子")
    page.fill("[name=speaker_relation]", "長女")
    page.check("input[name=mandate][value=letter]")
    page.locator("#content-main form button").last.click()
    page.check("input[name=topic][value=elder]")
    page.locator(NEXT).click()
    page.check("input[name=consultant_kind][value=self]")
    page.fill("[name=chief_concern]", "つまの介護で困っている")
    page.locator(NEXT).click()
    page.check("input[name=ward][value=wakaba]")
    page.locator(NEXT).click()
    page.check("input[name=preferred][value=letter]")
    look("contact")
    page.fill("[name=name]", "見本 太郎")
    page.fill("[name=letter_address]", "若葉区架空町1-2-3")
    page.locator(NEXT).click()
    look("read-back")
    page.locator("#content-main form button").last.click()
    assert "読み上げて確かめてから" in page.locator("#content-main").inner_text()
    page.check("[name=read_back]")
    page.fill("[name=paper_place]", "総務課 キャビネット3")
    page.locator("#content-main form button").last.click()
    expect(page.locator("#receipt-number")).to_be_visible()
    look("receipt")
    text = page.locator("#content-main").inner_text()
    assert "合言葉" in text
    assert "長女" in text
    assert "総務課 キャビネット3" in text
    page.emulate_media(media="print")
    shot(page, f"j2-receipt-print{'' if script else '-noscript'}")
    page.emulate_media(media="screen")

    case = Consultation.objects.order_by("-received_at").first()
    assert case
    assert case.channel == "counter"
    assert case.entered_by
    assert case.user is None
    page.goto(START)
    look("correctable")
    page.locator(f"form[action*='{case.receipt_no}/correct'] button").click()
    page.locator("a[href$='/story/']").click()
    page.fill("[name=chief_concern]", "妻の介護で困っている")
    for _ in range(3):
        page.locator(NEXT).click()
    page.check("[name=read_back]")
    page.locator("#content-main form button").last.click()
    assert "訂正しました" in page.locator("body").inner_text()
    case.refresh_from_db()
    assert case.chief_concern == "妻の介護で困っている"
    complaints.clear()
