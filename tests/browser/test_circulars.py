"""J9, the circular: a chair posts, a household reads on a telephone without JavaScript, a clerk enters a 班長's call, one
ledger 既読・紙・未; and wrong recipients, recalled where it was read."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from community.circulars.models import CircularGroup, ECircular, KeyDevice
from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, TELEPHONE, shot
from tests.browser.test_j5 import fill_day
from tests.browser.test_j6 import opened

CHAIR, CLERK = "kaicho.wakaba", "chiiki.wakaba"
TITLE, REASON = "防災訓練のお知らせ", "送る班をまちがえました。4班だけの訓練です。"
Browser = Callable[..., Page]


def looked_at(page: Page, name: str, *, script: bool = True) -> None:
    if not script:
        return
    shot(page, f"circulars/{name}-{(page.viewport_size or DESKTOP)['width']}")
    assert violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (
        page.url
    )


@pytest.fixture
def fresh(portal: Any) -> None:
    """Nothing of this name has been sent yet: the portal keeps what another run of the test has done."""
    KeyDevice.objects.all().delete()
    for found in ECircular.objects.filter(title=TITLE).order_by("pk"):
        found.title = "以前の訓練"
        found.save()


def numbers(page: Page) -> tuple[str, ...]:
    """既読・紙・未 as the page says them."""
    facts = page.locator("dl.cw-facts").first.locator("strong")
    return tuple(facts.all_inner_texts())


@pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desk", "telephone"])
def test_from_the_chair_to_the_ledger(
    portal: Any, fresh: None, open_browser: Browser, sign_in: Any, size: dict[str, int]
) -> None:
    group = CircularGroup.objects.active().get(name="4班", org__office__isnull=False)
    chair = sign_in(open_browser(viewport=size), CHAIR)
    chair.goto("/partner/community/")
    chair.get_by_role("link", name="電子回覧を出す・既読を見る").click()
    looked_at(chair, "index")

    # --- a key for one household, on paper
    chair.goto(f"/partner/circulars/groups/{group.pk}/")
    looked_at(chair, "group")
    chair.get_by_label("番号を選んで作り直す（前の鍵は使えなくなります）").check()
    chair.get_by_label("作り直す世帯の番号").fill("２")
    chair.get_by_role("button", name="鍵を作って、印刷の画面を開く").click()
    looked_at(chair, "keys")
    code = chair.locator(".cw-strip__code").inner_text()
    assert re.fullmatch(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", code)

    # --- a circular to all 班
    chair.goto("/partner/circulars/")
    chair.get_by_role("link", name="回覧を書く").click()
    chair.get_by_label("件名").fill(TITLE)
    chair.get_by_role("button", name="下書きを残して、確かめる").click()
    expect(chair.locator("#error-summary")).to_contain_text("本文を入力してください")
    expect(chair.get_by_label("件名")).to_have_value(TITLE)
    chair.get_by_label("本文").fill("日曜の朝9時に集会所へ。\n\n雨のときは中止です。")
    fill_day(chair, "掲載する最後の日", timezone.localdate())
    looked_at(chair, "write")
    chair.get_by_role("button", name="下書きを残して、確かめる").click()
    expect(chair.get_by_text("12班 92世帯")).to_be_visible()
    expect(chair.get_by_text("取り消しはできませんが、訂正と取り下げはできます")).to_be_visible()
    looked_at(chair, "preview")
    box = chair.locator("#act-post")  # what a draft waits for lies open
    box.get_by_label("送り先の数と本文を確かめました").check()
    box.get_by_role("button", name="送り先に掲載する").click()
    expect(chair.get_by_text("掲載しました")).to_be_visible()
    assert numbers(chair)[:3] == ("0", "0", "92")

    # --- the household, on a telephone without JavaScript
    home = open_browser(script=False, viewport=TELEPHONE)
    home.goto("/")
    home.get_by_role("link", name="町内会などの回覧を読む").click()
    home.get_by_label("回覧の鍵").fill("0000-0000-0000-0000")
    home.get_by_role("button", name="開く", exact=True).click()
    expect(home.locator("#error-summary")).to_contain_text("この鍵では開けません")
    home.get_by_label("回覧の鍵").fill(code.lower())
    home.get_by_role("button", name="開く", exact=True).click()
    home.get_by_role("link", name=TITLE).click()
    expect(home.get_by_text("雨のときは中止です。")).to_be_visible()
    home.get_by_role("button", name="読みました").click()
    expect(home.get_by_text("読んだことを記録しました")).to_be_visible()
    address = home.url

    # --- the 班長 of a paper 班 rings the ward
    clerk = sign_in(open_browser(viewport=size), CLERK)
    clerk.goto("/admin/circulars/")
    looked_at(clerk, "staff-index")
    clerk.get_by_role("link", name=TITLE, exact=True).click()
    clerk.get_by_role("link", name="班ごとに見る").click()
    clerk.get_by_role("button", name=re.compile(r"^紙が回り終わった\W*8班$")).click()
    expect(clerk.get_by_text("紙が回り終わった班にしました")).to_be_visible()
    looked_at(clerk, "staff-ledger")

    # --- one ledger
    chair.get_by_role("link", name="班ごとに見る").click()
    assert numbers(chair)[:3] == ("1", "8", "83")
    expect(chair.get_by_text("どの世帯が読んだかは、だれにも見えません")).to_be_visible()
    looked_at(chair, "ledger")

    # --- it went to the wrong 班: corrected first, then recalled, where it was read
    chair.get_by_role("link", name=TITLE).click()
    box = opened(chair, "correct")
    box.get_by_label("何を直したか（読む人に見えます）").fill("時刻は10時です。")
    box.get_by_label("本文").fill("日曜の朝10時に集会所へ。")
    box.get_by_role("button", name="訂正を掲載する").click()
    expect(chair.get_by_text("訂正を掲載しました")).to_be_visible()
    home.goto(address)
    expect(home.get_by_text("時刻は10時です。")).to_be_visible()
    expect(home.get_by_text("あなたの世帯が読んだあとに、直されました")).to_be_visible()
    box = opened(chair, "recall")
    box.get_by_label("取り下げる理由（読む人に見えます）").fill(REASON)
    box.get_by_role("button", name="理由を付けて取り下げる").click()
    expect(chair.get_by_text("取り下げました")).to_be_visible()
    looked_at(chair, "recalled")
    home.goto(address)
    expect(home.get_by_text("取り下げられました")).to_be_visible()
    expect(home.get_by_text(REASON)).to_be_visible()
    expect(home.get_by_text("集会所へ")).to_have_count(0)
    stranger = open_browser(viewport=TELEPHONE)
    stranger.goto(address)
    expect(stranger.get_by_label("回覧の鍵")).to_be_visible()
    looked_at(stranger, "enter")
