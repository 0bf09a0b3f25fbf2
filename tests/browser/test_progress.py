"""中央区の取りまとめ: the first page compares six wards, and the report is made while one watches."""

from io import BytesIO
from typing import Any

import pypdf
from playwright.sync_api import Page, expect

from chiba_ward.progress import services


def test_the_coordinators_first_page_and_the_report(portal: Any, page: Page, sign_in: Any) -> None:
    services.snapshot()
    sign_in(page, "sanji.chuo")
    expect(page.get_by_role("heading", level=1)).to_have_text("6区の進捗状況")
    expect(page.get_by_role("heading", name="いまのようす（市全体）")).to_be_visible()
    for ward in ("中央区", "花見川区", "稲毛区", "若葉区", "緑区", "美浜区"):
        expect(page.get_by_role("columnheader", name=ward).first).to_be_visible()
    page.get_by_role("link", name="今年度").click()
    expect(page.get_by_text("に集計").first).to_be_visible()
    page.get_by_role("button", name="報告書（PDF）を作る").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    portal.drain()
    link = page.get_by_role("link", name="PDFを保存する")
    expect(link.first).to_be_visible(timeout=10_000)
    with page.expect_download() as waiting:
        link.first.click()
    content = waiting.value.path().read_bytes()
    text = "".join(sheet.extract_text() for sheet in pypdf.PdfReader(BytesIO(content)).pages)
    assert "つなぎ完結率" in text.replace("\n", "")


def test_a_wards_clerk_sees_one_ward(portal: Any, page: Page, sign_in: Any) -> None:
    services.snapshot()
    sign_in(page, "somu.wakaba")
    page.goto(f"{portal.url}/progress/")
    assert page.get_by_role("columnheader", name="若葉区").count() >= 1
    assert page.get_by_role("columnheader", name="中央区").count() == 0
