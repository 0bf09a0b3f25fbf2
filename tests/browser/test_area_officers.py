"""2-2 on a telephone: an officer notes a visit and a promise, hands the district over; the successor receives it."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

from community.area_officers.models import AreaAssignment, AreaPromise
from tests.browser.conftest import DESKTOP, TELEPHONE
from tests.browser.test_community import looked_at
from tests.browser.test_j5 import fill_day
from tests.browser.test_j6 import opened

OFFICER, LEAD, STRANGER, AFFAIRS = "chiiki.wakaba", "kurashi.wakaba", "somu.midori", "somu.wakaba"
HEARD, PROMISED = "防災倉庫の鍵をだれが持つかで困っている", "鍵の預かり書の見本を持ってくる"
HOME = "/admin/area-officers/"
Browser = Callable[..., Page]


def test_from_the_visit_to_the_successor(portal: Any, open_browser: Browser, sign_in: Any) -> None:
    portal.drain()
    officer = sign_in(open_browser(viewport=TELEPHONE), OFFICER)
    _notes(officer)
    mine = AreaAssignment.objects.get(area__name="見本東地区", part="primary", state="active")
    _hands_over(officer, mine)

    lead = sign_in(open_browser(viewport=DESKTOP), LEAD)
    _receives(lead)
    goes_on = next(one for one in AreaPromise.objects.owed() if one.what == PROMISED)
    assert goes_on.assignment is not None
    assert goes_on.assignment.part == "deputy"

    affairs = sign_in(open_browser(viewport=DESKTOP), AFFAIRS)
    expect(affairs.get_by_text("引継書がない地区（引継ぎ待ち）").first).to_be_visible()
    affairs.get_by_role("link", name="引継書がない地区").first.click()
    affairs.get_by_role("link", name="主担当 見本 いぜん").first.click()
    expect(affairs.get_by_text("引継書がありません").first).to_be_visible()
    stranger = sign_in(open_browser(viewport=DESKTOP), STRANGER)
    answer = stranger.goto(f"{HOME}{mine.pk}/")
    assert answer is not None
    assert answer.status == 404


def _notes(page: Page) -> None:
    page.goto(HOME)
    looked_at(page, "coverage", script=True)
    page.get_by_role("link", name="活動を記録する").first.click()
    page.get_by_label("どんな機会").select_option(label="訪問")
    page.get_by_label("約束したこと").fill(PROMISED)
    page.get_by_role("button", name="記録する").click()
    expect(page.locator("#error-summary")).to_contain_text("聞いたことを入力してください")
    expect(page.get_by_label("約束したこと")).to_have_value(PROMISED)
    looked_at(page, "visit-new", script=True)
    page.get_by_label("聞いたこと").fill(HEARD)
    page.get_by_label("約束の相手（団体）").select_option(label="見本東一丁目町内会")
    fill_day(page, "いつまで", timezone.localdate())
    page.get_by_role("button", name="記録する").click()
    expect(page.get_by_text(HEARD).first).to_be_visible()
    looked_at(page, "visit", script=True)
    page.goto("/admin/")
    expect(page.get_by_text("住民との約束（今週まで・期限を過ぎたもの）").first).to_be_visible()


def _hands_over(page: Page, mine: AreaAssignment) -> None:
    page.goto(f"{HOME}{mine.pk}/")
    looked_at(page, "assignment", script=True)
    page.get_by_role("link", name="引継書を書く").click()
    expect(page.get_by_label("いま動いていること")).to_contain_text(HEARD)
    page.get_by_role("button", name="引継書を出す").click()
    expect(page.locator("#error-summary")).to_contain_text("どうするかを選んでください")
    for box in page.get_by_role("radio", name="次の担当に引き継ぐ").all():
        box.check()
    looked_at(page, "hand-over", script=True)
    page.get_by_role("button", name="引継書を出す").click()
    expect(page.get_by_text("引継書を出しました").first).to_be_visible()
    looked_at(page, "paper", script=True)


def _receives(page: Page) -> None:
    expect(page.get_by_text("読んで受領する引継書").first).to_be_visible()
    page.get_by_role("link", name="見本東地区　H-").last.click()
    expect(page.get_by_text(PROMISED).first).to_be_visible()
    box = opened(page, "receive")
    box.get_by_role("checkbox").check()
    box.get_by_role("button", name="受領する").click()
    expect(page.get_by_text("受領しました").first).to_be_visible()
    for name, path in (("notebook", "visits/"), ("promises", "promises/?state=all"), ("new", "new/")):
        page.goto(f"{HOME}{path}")
        looked_at(page, name, script=True)
