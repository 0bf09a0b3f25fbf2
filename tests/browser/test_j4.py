"""J4 from notice to closing: a call is taken at the desk, confirmed, handed over, looked at, closed by the head."""

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

RECEPTION, CLERK, TEAM, HEAD = "annai.wakaba", "somu.wakaba", "kodomo.wakaba", "kacho.kodomo.wakaba"
WHAT_WAS_TOLD = "見本の通告。となりの部屋の子どもの腕に、あざがあると聞いた"
CALLER = "見本 となりびと"


def now() -> str:
    return timezone.localtime().strftime("%Y-%m-%dT%H:%M")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def take_the_call(page: Page, portal: Any) -> str:
    """An error first keeps what was typed; then the number, and nothing else."""
    page.goto(f"{portal.url}/admin/protection/telephone/")
    page.get_by_label("聞いたこと").first.fill(WHAT_WAS_TOLD)
    press(page, "受け付ける")
    expect(page.locator("#error-summary")).to_be_visible()
    expect(page.get_by_label("聞いたこと").first).to_have_value(WHAT_WAS_TOLD)
    page.locator("label", has_text="児童虐待").click()
    page.get_by_label("困っている本人が住む区").select_option(label="若葉区")
    page.get_by_label("通告した人の名前").fill(CALLER)
    page.get_by_label("通告した人の電話番号").fill("043-000-0189")
    press(page, "受け付ける")
    expect(page.get_by_role("heading", name="つぎにすること")).to_be_visible()
    expect(page.get_by_text(WHAT_WAS_TOLD)).to_have_count(0)
    found = re.search(r"/left/(S-[0-9A-Z]{4}-[0-9A-Z]{4})/", page.url)
    assert found
    return found[1]


def hand_over(page: Page) -> None:
    """Straight after, on the page of whoever is blind by now."""
    page.get_by_label("電話で引き継いだ機関・課").fill("東部児童相談所")
    page.get_by_label("電話に出た相手の名前").fill("見本 うけて")
    page.get_by_label("電話した時刻").fill(now())
    press(page, "引継ぎを記録する")
    expect(page.get_by_text("電話の引継ぎは記録してあります。")).to_be_visible()


@pytest.mark.slow
def test_from_notice_to_closing(
    portal: Any, page: Page, sign_in: Any, open_browser: Any, complaints: Any
) -> None:
    sign_in(page, RECEPTION)
    number = take_the_call(page, portal)
    hand_over(page)
    answer = page.goto(f"{portal.url}/admin/consultations/case/{number}/")
    assert answer is not None
    assert answer.status == 404
    complaints.clear()

    clerk = open_browser()
    sign_in(clerk, CLERK)
    clerk.goto(f"{portal.url}/admin/consultations/?show=all&q={number}")
    expect(clerk.get_by_role("link", name=number)).to_have_count(0)

    team = open_browser()
    sign_in(team, TEAM)
    team.get_by_role("link", name=number).first.click()
    expect(team.get_by_text(WHAT_WAS_TOLD).first).to_be_visible()
    expect(team.get_by_text(CALLER)).to_have_count(0)
    # つぎにすること leads to the form and opens it.
    team.get_by_role("link", name="引継ぎ先が受けたことを記録する").click()
    team.get_by_label("受けたことを確かめた相手の名前").fill("見本 係長")
    press(team, "受領を記録する")
    expect(team.get_by_text("受けたことを記録しました。")).to_be_visible()
    look(team)

    team.get_by_role("link", name=re.compile("通告した人の記録を開く")).click()
    team.get_by_label("通告した人の記録を開く理由").fill("折り返しの電話で、あざの場所を聞くため")
    press(team, "理由を残して開く")
    expect(team.get_by_text(CALLER)).to_be_visible()

    head = open_browser()
    sign_in(head, HEAD)
    head.goto(f"{portal.url}/admin/protection/case/{number}/")
    head.get_by_role("link", name="終結する（所属長）").click()
    head.get_by_label("このあと主に支援する機関").fill("東部児童相談所")
    head.locator("label", has_text="終結すると").click()
    press(head, "終結する")
    expect(head.get_by_text("終結しました。").first).to_be_visible()
    expect(head.get_by_text("保存期限")).to_be_visible()
    expect(head.get_by_text("できること")).to_have_count(0)
    portal.drain()
    for message in portal.mails:
        assert WHAT_WAS_TOLD not in message.body
        assert CALLER not in message.body


def look(team: Page) -> None:
    """Somebody saw the child with their own eyes: the clock stops."""
    team.locator("summary", has_text="安全確認を記録する").click()
    act = team.locator("#act-check")
    act.locator("label", has_text="安全を確かめた").click()
    act.get_by_label("確かめた時刻").fill(now())
    act.get_by_label("確かめた人（機関と名前）").fill("東部児童相談所 見本 めぐり")
    act.get_by_label("だれの姿を見たか").fill("小さい子と母")
    act.get_by_label("確かめた場所").fill("自宅の玄関")
    press(team, "安全確認を記録する")
    expect(team.get_by_text("安全確認を記録しました。")).to_be_visible()
    expect(team.get_by_text("小さい子と母").first).to_be_visible()
