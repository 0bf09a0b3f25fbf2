"""J3 Ward triage officer, 08:30: what is next, take, sort, answer, close; and two clerks on one case."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chiba_ward.access.actor import Actor
from chiba_ward.directory.models import Ward
from consultations.models import Consultation
from consultations.services import filing
from consultations.services.filing import Filing

TRIAGE, NURSE, RECEPTION = "somu.wakaba", "hokenshi.wakaba", "annai.wakaba"


def untaken() -> Consultation:
    """A consultation that has just come in at the desk of Wakaba Ward."""
    ward = Ward.objects.get(slug="wakaba")
    contact = {"preferred": "portal"}
    filed = filing.file(
        Filing(chief_concern="見本：手続きのこと", body="作りごとです。", ward=ward, contact=contact),
        by=Actor(),
    )
    return Consultation.objects.select_related("matter", "desk_office").get(pk=filed.consultation.pk)


def open_case(page: Page, portal: Any, case: Consultation) -> None:
    page.goto(f"{portal.url}/admin/consultations/case/{case.receipt_no}/")


def test_a_morning_from_first_page_to_done(portal: Any, page: Page, sign_in: Any) -> None:
    case = untaken()
    sign_in(page, TRIAGE)
    expect(page.get_by_role("heading", level=1)).to_have_text("今日の仕事")
    page.get_by_role("link", name=re.compile("担当が決まっていない相談")).first.click()
    expect(page).to_have_url(re.compile("whose=none"))
    page.get_by_role("link", name=case.receipt_no).first.click()
    page.get_by_role("button", name="自分が担当する").click()
    expect(page.get_by_text("担当になりました")).to_be_visible()

    page.get_by_text("緊急度を決める", exact=True).last.click()
    page.locator("#act-urgency").get_by_role("button", name="緊急度を記録する").click()
    expect(page.locator("#error-summary")).to_be_visible()
    page.locator("#act-urgency label", has_text="3開庁日").click()
    page.locator("#act-urgency").get_by_role("button", name="緊急度を記録する").click()
    expect(page.get_by_text("緊急度を U3 と決めた")).to_be_visible()

    page.get_by_role("link", name="回答を書く").first.click()
    page.get_by_label("定型文").select_option(label="受付のお礼")
    page.get_by_role("button", name="本文に差し込む").click()
    expect(page.get_by_label("本文")).to_have_value(re.compile("総務課が担当します"))
    page.get_by_role("button", name="確かめる").click()
    expect(page.get_by_text("相談者には、このように見えます")).to_be_visible()
    page.get_by_role("button", name="この内容で送る").click()
    expect(page.get_by_text("回答を送りました")).to_be_visible()

    page.get_by_text("完了にする", exact=True).first.click()
    closing = page.locator("#act-close")
    closing.locator("label", has_text="助言・情報提供").click()
    closing.get_by_role("button").click()
    expect(page.get_by_role("heading", name="相談者に伝わること")).to_be_visible()
    page.get_by_role("button", name="完了にする").click()
    expect(page.get_by_text("完了にしました")).to_be_visible()
    page.goto(f"{portal.url}/admin/consultations/?show=ended")
    expect(page.get_by_role("link", name=case.receipt_no)).to_be_visible()


def test_give_away_and_take_back(portal: Any, page: Page, sign_in: Any) -> None:
    case = untaken()
    sign_in(page, TRIAGE)
    page.goto(f"{portal.url}/admin/consultations/?whose=none")
    page.get_by_label(f"{case.receipt_no} を選ぶ").check()
    page.get_by_label("振り分け先の課").select_option(index=1)
    page.get_by_role("button", name="振り分ける", exact=True).click()
    expect(page.get_by_text("1件を")).to_be_visible()
    page.get_by_role("button", name="取り戻す").click()
    expect(page.get_by_text("取り戻しました")).to_be_visible()
    case.refresh_from_db()
    assert case.desk_office.code == "wakaba-somu"


def test_two_clerks_on_one_case(portal: Any, page: Page, sign_in: Any, telephone: Page) -> None:
    case = untaken()
    sign_in(page, TRIAGE)
    open_case(page, portal, case)
    sign_in(telephone, "kacho.somu.wakaba")
    open_case(telephone, portal, case)
    telephone.get_by_role("button", name="自分が担当する").click()
    expect(telephone.get_by_text("担当になりました")).to_be_visible()
    page.get_by_text("庁内の記録を書く").click()
    page.locator("#act-note textarea").fill("電話したが不在だった")
    page.locator("#act-note").get_by_role("button").click()
    expect(page.get_by_text("この画面を開いたあとに、相談が動いています")).to_be_visible()
    expect(page.locator(".cw-banner").get_by_text("見本 うみ")).to_be_visible()
    expect(page.locator("#act-note textarea")).to_have_value("電話したが不在だった")
    page.locator("#act-note").get_by_role("button").click()
    expect(page.get_by_text("庁内の記録を残しました")).to_be_visible()


def test_the_nurse_changes_her_posting_and_her_list_changes(portal: Any, page: Page, sign_in: Any) -> None:
    sign_in(page, NURSE)
    page.goto(f"{portal.url}/admin/consultations/")
    first = page.locator("#acting-posting option[selected]").inner_text()
    counts = page.locator(".cw-tabs").inner_text()
    other = page.locator("#acting-posting option:not([selected])").get_attribute("value")
    page.locator("#acting-posting").select_option(other)
    page.get_by_role("button", name="切り替える").click()
    page.goto(f"{portal.url}/admin/consultations/")
    assert page.locator("#acting-posting option[selected]").inner_text() != first
    assert page.locator(".cw-tabs").inner_text() != counts


@pytest.mark.parametrize("who", [RECEPTION, TRIAGE])
def test_by_keyboard_and_on_a_telephone_nothing_is_cut(
    portal: Any, page: Page, telephone: Page, sign_in: Any, who: str
) -> None:
    case = untaken()
    for browser in (page, telephone):
        sign_in(browser, who)
        for path in (
            "/admin/",
            "/admin/consultations/",
            f"/admin/consultations/case/{case.receipt_no}/",
            "/admin/consultations/print/",
        ):
            browser.goto(portal.url + path)
            wide = browser.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide <= 0, (path, wide)
    page.goto(f"{portal.url}/admin/consultations/")
    page.get_by_role("textbox", name=re.compile("さがす")).press_sequentially(case.receipt_no.lower())
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=case.receipt_no)).to_be_visible()
