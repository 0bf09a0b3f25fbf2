"""J9, the part of the directory: a chair files the 現況届, a clerk accepts it, the new officer's term begins that day."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from chiba_ward.directory.models import Posting
from community.models import CommunityOrg
from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, TELEPHONE, shot
from tests.browser.test_j5 import fill_day
from tests.browser.test_j6 import opened

CHAIR, CLERK, STRANGER = "kaicho.wakaba", "chiiki.wakaba", "somu.midori"
NEW, HOME_PHONE = "見本 ふくかいちょう", "043-000-9102"
Browser = Callable[..., Page]


@pytest.fixture
def org(portal: Any) -> CommunityOrg:
    """見本 まつり's, with nothing filed this year; the portal keeps what another test has done."""
    portal.drain()
    posting = (
        Posting.objects.active_on().with_duty().get(person__email__startswith=f"{CHAIR}@", post__name="会長")
    )
    found: CommunityOrg = CommunityOrg.objects.get(office=posting.post.office)
    found.returns.exclude(state="accepted", submitted_at__lt=timezone.now() - dt.timedelta(days=200)).delete()
    Posting.objects.filter(post__office=found.office, post__name="副会長").delete()
    return found


def looked_at(page: Page, name: str, *, script: bool) -> None:
    if not script:
        return
    shot(page, f"community/{name}-{(page.viewport_size or DESKTOP)['width']}")
    assert violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (
        page.url
    )


@pytest.mark.parametrize(
    ("script", "size"),
    [(True, DESKTOP), (True, TELEPHONE), (False, DESKTOP)],
    ids=["desk", "telephone", "plain"],
)
def test_from_the_chair_to_the_register(
    portal: Any, org: CommunityOrg, open_browser: Browser, sign_in: Any, script: bool, size: dict[str, int]
) -> None:
    chair = sign_in(open_browser(script=script, viewport=size), CHAIR)
    chair.goto("/partner/community/")
    looked_at(chair, "index", script=script)
    chair.get_by_role("link", name="現況届を書く").click()
    chair.get_by_label("加入世帯数").fill("621")
    chair.get_by_role("button", name="区役所に提出する").click()
    expect(chair.locator("#error-summary")).to_contain_text("世帯数を数えた日を入力してください")
    expect(chair.get_by_label("加入世帯数")).to_have_value("621")
    looked_at(chair, "declare", script=script)
    fill_day(chair, "世帯数を数えた日", timezone.localdate())
    chair.get_by_role("button", name="区役所に提出する").click()
    expect(chair.locator("#error-summary")).to_contain_text("区域の世帯数より多く")
    chair.get_by_label("加入世帯数").fill("410")
    chair.get_by_label("新しい副会長の氏名").fill(NEW)
    fill_day(chair, "新しい副会長の任期の始まり", timezone.localdate())
    chair.get_by_label("新しい副会長のログイン用メール").fill("fuku@demo.example.jp")
    chair.get_by_role("button", name="区役所に提出する").click()
    expect(chair.get_by_text("提出しました")).to_be_visible()
    looked_at(chair, "filed", script=script)

    clerk = sign_in(open_browser(script=script, viewport=size), CLERK)
    clerk.get_by_role("link", name="見本東一丁目町内会").first.click()
    looked_at(clerk, "return", script=script)
    box = opened(clerk, "accept")
    box.get_by_role("button", name="受理して台帳に反映する").click()
    expect(clerk.locator("#error-summary")).to_contain_text("印を付けてください")
    box = opened(clerk, "accept")
    box.get_by_role("checkbox").check()
    box.get_by_role("button", name="受理して台帳に反映する").click()
    expect(clerk.get_by_text("受理しました")).to_be_visible()
    clerk.get_by_role("link", name="見本東一丁目町内会の台帳").click()
    expect(clerk.get_by_text(NEW)).to_be_visible()
    expect(clerk.get_by_text(HOME_PHONE)).to_be_visible()
    looked_at(clerk, "org", script=script)
    for name, path in (("orgs", "orgs/"), ("enrolment", "enrolment/"), ("returns", "returns/?tab=owing")):
        clerk.goto(f"/admin/community/{path}")
        looked_at(clerk, name, script=script)
    clerk.goto(f"/admin/community/orgs/{org.pk}/hand-over/")
    looked_at(clerk, "hand-over", script=script)

    stranger = sign_in(open_browser(script=script, viewport=size), STRANGER)
    assert stranger.goto(f"/admin/community/orgs/{org.pk}/").status == 404  # type: ignore[union-attr]  # it answered
    chair.goto("/partner/community/")
    expect(chair.get_by_text("現況届：受理")).to_be_visible()
