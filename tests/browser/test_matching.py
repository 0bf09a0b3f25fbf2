"""A match from need to outcome as each person, and one that fails with its reason (issue 5; PEERS §2, 5)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from community.matching.models import Match, Need, Offer
from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, TELEPHONE, shot
from tests.browser.test_j5 import fill_day
from tests.browser.test_j6 import opened

CHAIR, HELPER, CLERK, STRANGER = "kaicho.wakaba", "kaicho2.wakaba", "chiiki.wakaba", "somu.midori"
PHONE = "043-000-9103"
Browser = Callable[..., Page]


@dataclass(frozen=True)
class Titles:
    """Of this run alone: the portal keeps what another has done, and a history is never erased."""

    number: int

    @property
    def need(self) -> str:
        return f"第{self.number}回の夏まつりのやぐらを組む人がほしい"

    @property
    def offer(self) -> str:
        return f"第{self.number}回のやぐらを組むのを手伝えます"

    @property
    def second(self) -> str:
        return f"第{self.number}回のやぐらの片づけも手伝ってほしい"


@pytest.fixture
def titles(portal: Any) -> Titles:
    portal.drain()
    return Titles(Need.objects.count())


def looked_at(page: Page, name: str, *, script: bool) -> None:
    if not script:
        return
    shot(page, f"matching/{name}-{(page.viewport_size or DESKTOP)['width']}")
    assert violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (
        page.url
    )


def written(page: Page, kind: str, title: str, *, script: bool) -> None:
    """An officer registers one; what is refused stays typed."""
    page.goto("/partner/community/")
    page.get_by_role("link", name="困りごと・できることを登録する・見る").click()
    page.get_by_role("link", name=f"{kind}を登録する").click()
    page.get_by_label("題名").fill(title)
    page.get_by_role("button", name="区役所に提出する").click()
    expect(page.locator("#error-summary")).to_contain_text("分野を選んでください")
    expect(page.get_by_label("題名")).to_have_value(title)
    looked_at(page, "write", script=script)
    page.get_by_label("分野").select_option(label="文化・スポーツ")
    page.get_by_label("人材").check()
    page.get_by_label("見本東地区").check()
    page.get_by_label("土曜の午前").check()
    page.get_by_role("button", name="区役所に提出する").click()
    expect(page.get_by_text("提出しました")).to_be_visible()
    looked_at(page, "entry", script=script)


def checked(page: Page, title: str, *, script: bool) -> None:
    page.goto("/admin/")
    page.get_by_role("link", name=title).first.click()
    box = opened(page, "check")
    for answer in box.get_by_label("問題なし").all():
        answer.check()
    looked_at(page, "check", script=script)
    box.get_by_role("button", name="確かめた結果を記録する").click()
    expect(page.get_by_text("確かめた結果を記録しました")).to_be_visible()


def asked(page: Page, need: str, offer: str, *, script: bool) -> None:
    """From the proposals, with their reasons."""
    page.goto("/admin/matching/needs/?state=open")
    page.get_by_role("link", name=need).click()
    proposals = page.locator("section", has=page.get_by_role("heading", name="合うできること"))
    expect(proposals).to_contain_text("土曜の午前が重なる")
    expect(proposals).to_contain_text("同じ地区")
    looked_at(page, "proposals", script=script)
    proposals.get_by_role("button", name=offer).click()
    expect(page.get_by_text("両方に聞き始めました")).to_be_visible()


def to_match(page: Page, need: str) -> None:
    page.goto("/admin/matching/matches/")
    page.get_by_role("link", name=need).first.click()


@pytest.mark.parametrize(
    ("script", "size"),
    [(True, DESKTOP), (True, TELEPHONE), (False, DESKTOP)],
    ids=["desk", "telephone", "plain"],
)
def test_from_a_need_to_what_came_of_it(
    titles: Titles, open_browser: Browser, sign_in: Any, script: bool, size: dict[str, int]
) -> None:
    chair = sign_in(open_browser(script=script, viewport=size), CHAIR)
    helper = sign_in(open_browser(script=script, viewport=size), HELPER)
    clerk = sign_in(open_browser(script=script, viewport=size), CLERK)
    written(chair, "困りごと", titles.need, script=script)
    written(helper, "できること", titles.offer, script=script)
    checked(clerk, titles.need, script=script)
    checked(clerk, titles.offer, script=script)
    asked(clerk, titles.need, titles.offer, script=script)

    helper.goto("/partner/community/")
    looked_at(helper, "first-page", script=script)
    helper.get_by_role("link", name=f"仲介の返事をする：{titles.need}").click()
    box = opened(helper, "yes")
    box.get_by_label("団体の電話").check()
    looked_at(helper, "answer", script=script)
    box.get_by_role("button", name="承諾する").click()
    expect(helper.get_by_text("承諾しました")).to_be_visible()

    to_match(clerk, titles.need)
    box = opened(clerk, "answer")
    box.get_by_label("困っている側").check()
    box.get_by_label("承諾する").check()
    box.get_by_role("button", name="返事を記録する").click()
    expect(clerk.locator("#error-summary")).to_contain_text("答えた人の名前を入力してください")
    box = opened(clerk, "answer")
    box.get_by_label("答えた人の名前").fill("見本 まつり")
    box.get_by_role("button", name="返事を記録する").click()
    expect(clerk.get_by_text("両方が承諾した").first).to_be_visible()
    chair.goto("/partner/matching/")
    looked_at(chair, "index", script=script)
    chair.get_by_role("link", name=titles.need).last.click()
    expect(chair.get_by_text(PHONE)).to_be_visible()

    today = timezone.localdate()
    box = opened(clerk, "arrange")
    fill_day(clerk, "初回の日", today)
    box.get_by_label("場所").fill("見本集会所")
    box.get_by_role("button", name="日を記録する").click()
    expect(clerk.get_by_text("初回の日を記録しました")).to_be_visible()
    opened(clerk, "met").get_by_role("button", name="会ったことを記録する").click()
    expect(clerk.get_by_text("会ったことを記録しました")).to_be_visible()
    box = opened(clerk, "succeed")
    box.get_by_label("何ができるようになったか").fill("毎年、8人で組むことになった。")
    box.get_by_role("button", name="成立を記録する").click()
    expect(clerk.get_by_text("成立を記録しました")).to_be_visible()
    looked_at(clerk, "match", script=script)
    Match.objects.filter(need__title=titles.need).update(follow_up_on=today)
    clerk.goto("/admin/")
    clerk.get_by_role("link", name=titles.need).first.click()
    box = opened(clerk, "follow_up")
    box.get_by_label("続いている").check()
    box.get_by_label("聞いたこと").fill("次の年も組む。")
    box.get_by_role("button", name="確かめたことを記録する").click()
    expect(clerk.get_by_text("成立・続いている").first).to_be_visible()

    written(chair, "困りごと", titles.second, script=False)
    checked(clerk, titles.second, script=False)
    Offer.objects.filter(title=titles.offer).update(capacity=2)
    asked(clerk, titles.second, titles.offer, script=False)
    helper.goto("/partner/community/")
    helper.get_by_role("link", name=f"仲介の返事をする：{titles.second}").click()
    box = opened(helper, "no")
    box.get_by_role("button", name="理由を付けて断る").click()
    expect(helper.locator("#error-summary")).to_contain_text("理由を選んでください")
    box = opened(helper, "no")
    box.get_by_label("理由").select_option(label="日程が合わない")
    box.get_by_role("button", name="理由を付けて断る").click()
    expect(helper.get_by_text("断ったことを伝えました")).to_be_visible()
    to_match(clerk, titles.second)
    expect(clerk.get_by_text("日程が合わない").first).to_be_visible()
    looked_at(clerk, "failed", script=script)
    for name in ("needs", "offers", "matches", "needs/new", "needs/print"):
        clerk.goto(f"/admin/matching/{name}/")
        looked_at(clerk, name.replace("/", "-"), script=script)
    clerk.goto("/admin/matching/needs/")
    clerk.get_by_role("link", name=titles.second).click()
    expect(clerk.get_by_text("相手をさがしている").first).to_be_visible()

    stranger = sign_in(open_browser(script=script, viewport=size), STRANGER)
    key = Match.objects.get(need__title=titles.need).pk
    assert stranger.goto(f"/admin/matching/matches/{key}/").status == 404  # type: ignore[union-attr]  # it answered
