"""1-2: the family section of 若葉区 registers, evaluates, plans and asks for a move; a person of 緑区 accepts by name.

Until then 緑区 sees the sheet alone; afterwards 若葉区 gets 404.
"""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from chiba_ward.access.actor import actor_of
from chiba_ward.casework.enums import Channel
from chiba_ward.directory.models import Posting, Ward
from consultations.centre.models import CaseTransfer, ProgressEntry
from consultations.models import Consultation
from consultations.services import filing, triage
from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, TELEPHONE, shot
from tests.browser.test_j5 import fill_day
from tests.browser.test_j6 import opened

CLERK, RECEIVER, STRANGER = "kodomo.wakaba", "kodomo.midori", "korei.wakaba"
MOTHER, FINDING, WISH, REASON = "見本 母QQMOTHER", "登園できているQQFIND", "安心したいQQWISH", "転居するQQWHY"
Browser = Callable[..., Page]


@pytest.fixture
def case(portal: Any) -> Consultation:
    """At the family section, which has taken it."""
    portal.drain()
    posting = Posting.objects.active_on().with_duty().get(person__email__startswith=f"{CLERK}@")
    by = actor_of(posting.person, posting)
    filed = filing.file(
        filing.Filing(
            chief_concern="保育所のことで困っている",
            body="来月引っ越します。",
            ward=Ward.objects.get(slug="wakaba"),
            consulter=filing.Person(name=MOTHER),
            contact={"preferred": "portal"},
            channel=Channel.COUNTER,
        ),
        by=by,
    )
    triage.assign(filed.consultation.pk, by=by, office=posting.post.office, posting=posting)
    return Consultation.objects.get(pk=filed.consultation.pk)


def looked_at(page: Page, name: str, *, script: bool) -> None:
    """axe finds nothing and nothing is wider than the screen; a picture to look at. axe itself needs scripts."""
    if not script:
        return
    shot(page, f"centre/{name}-{(page.viewport_size or DESKTOP)['width']}")
    assert violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (
        page.url
    )


def later(days: int) -> Any:
    return timezone.localdate() + dt.timedelta(days=days)


def register(page: Page, case: Consultation, *, script: bool) -> None:
    page.goto(f"/admin/consultations/case/{case.receipt_no}/")
    looked_at(page, "case", script=script)
    page.get_by_role("link", name="進行管理台帳に載せる").click()
    page.get_by_role("button", name="台帳に載せる").click()
    expect(page.locator("#error-summary")).to_contain_text("区分を選んでください")
    looked_at(page, "register", script=script)
    page.get_by_label(re.compile(r"^\s*要支援")).check()
    page.get_by_role("button", name="台帳に載せる").click()
    expect(page.get_by_text("台帳に載せました")).to_be_visible()


def evaluate(page: Page) -> None:
    box = opened(page, "evaluate")
    box.get_by_role("button", name="評価を記録する").click()
    expect(page.locator("#error-summary")).to_contain_text("見立て・確かめたことを入力してください")
    box = opened(page, "evaluate")
    box.get_by_label("見立て・確かめたこと").fill(FINDING)
    box.get_by_role("button", name="評価を記録する").click()
    expect(page.get_by_text("評価を記録しました")).to_be_visible()
    expect(page.get_by_text(FINDING)).to_be_visible()


def plan(page: Page, *, script: bool) -> None:
    page.get_by_role("link", name="サポートプランを作る").click()
    page.get_by_label("いっしょに作った人").select_option(label=MOTHER)
    for label, text in (("本人の意向", WISH), ("課題", "住まい"), ("支援の内容", "月に一度訪ねる")):
        page.get_by_label(label).fill(text)
    fill_day(page, "期間のおわり", later(180))
    looked_at(page, "plan-new", script=script)
    page.get_by_role("button", name="下書きを作る").click()
    expect(page.get_by_text("下書きを作りました")).to_be_visible()
    looked_at(page, "plan", script=script)
    box = opened(page, "hand")
    box.get_by_role("button", name="渡した日を記録する").click()
    expect(page.get_by_text("渡した日を記録しました")).to_be_visible()


def ask(page: Page) -> None:
    box = opened(page, "transfer")
    box.get_by_role("button", name="移管を頼む").click()
    expect(page.locator("#error-summary")).to_contain_text("電話を受けた人")
    box = opened(page, "transfer")
    box.get_by_label("受け入れる区", exact=False).first.select_option(label="緑区")
    box.get_by_label("移管の理由").fill(REASON)
    box.get_by_label("電話を受けた人").fill("見本 へいじ")
    box.get_by_label("電話した時刻").fill("00:00")
    box.get_by_role("button", name="移管を頼む").click()
    expect(page.get_by_text("移管を頼みました")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desk", "telephone"])
def test_from_one_ward_to_another(
    portal: Any, case: Consultation, open_browser: Browser, sign_in: Any, script: bool, size: dict[str, int]
) -> None:
    clerk = sign_in(open_browser(script=script, viewport=size), CLERK)
    expect(clerk.get_by_role("link", name="こども家庭センターの進行管理台帳")).to_be_visible()
    register(clerk, case, script=script)
    evaluate(clerk)
    entry = ProgressEntry.objects.get(consultation=case)
    plan(clerk, script=script)
    clerk.goto(f"/admin/centre/entries/{entry.pk}/")
    ask(clerk)
    looked_at(clerk, "entry", script=script)
    clerk.goto("/admin/centre/ledger/?tab=all")
    expect(clerk.get_by_role("link", name=case.receipt_no)).to_be_visible()
    assert MOTHER not in clerk.content()
    looked_at(clerk, "ledger", script=script)

    transfer = CaseTransfer.objects.get(consultation=case)
    receiver = sign_in(open_browser(script=script, viewport=size), RECEIVER)
    looked_at(receiver, "work", script=script)
    receiver.get_by_role("link", name="区の間の移管", exact=True).click()
    looked_at(receiver, "transfers", script=script)
    receiver.get_by_role("link", name=case.receipt_no).click()
    expect(receiver.get_by_text(REASON)).to_be_visible()
    looked_at(receiver, "transfer", script=script)
    for word in (MOTHER, FINDING, WISH):
        assert word not in receiver.content()
    assert receiver.goto(f"/admin/consultations/case/{case.receipt_no}/").status == 404  # type: ignore[union-attr]  # it answered
    stranger = sign_in(open_browser(script=script, viewport=size), STRANGER)
    assert stranger.goto(f"/admin/centre/transfers/{transfer.pk}/").status == 404  # type: ignore[union-attr]  # it answered

    receiver.goto(f"/admin/centre/transfers/{transfer.pk}/")
    box = opened(receiver, "accept")
    box.get_by_role("button", name="自分の名前で受け入れる").click()
    expect(receiver.locator("#error-summary")).to_contain_text("印を付けてください")
    box = opened(receiver, "accept")
    box.get_by_label(re.compile("自分の名前で受け入れる")).check()
    box.get_by_role("button", name="自分の名前で受け入れる").click()
    expect(receiver.get_by_text("受け入れました。あなたが担当になりました")).to_be_visible()
    receiver.get_by_role("link", name=f"台帳 {case.receipt_no}").click()
    expect(receiver.get_by_text(FINDING)).to_be_visible()
    receiver.goto(f"/admin/consultations/case/{case.receipt_no}/")
    expect(receiver.get_by_text("緑区 こども家庭課").first).to_be_visible()

    for address in (
        f"/admin/consultations/case/{case.receipt_no}/",
        f"/admin/centre/entries/{entry.pk}/",
        f"/admin/centre/transfers/{transfer.pk}/",
    ):
        assert clerk.goto(address).status == 404, address  # type: ignore[union-attr]  # it answered
    clerk.goto("/admin/centre/ledger/?tab=all")
    assert case.receipt_no not in clerk.content()
