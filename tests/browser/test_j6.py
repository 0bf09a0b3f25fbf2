"""J6 支援会議: legal basis, members bound and pledged, numbered papers, role table, minutes approved by the head.

The wrong invitee is blocked; the member agency finds its role in its own queue.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.directory.models import Posting, Ward
from consultations.models import Consultation
from consultations.services import filing, persons, triage
from consultations.support.models import Meeting
from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, TELEPHONE, shot
from tests.browser.test_j5 import fill_day

CLERK, HEAD, MEMBER, STRANGER = "somu.wakaba", "kacho.somu.wakaba", "anshin.wakaba", "jiritsu"
AGENCY = "あんしんケアセンター 若葉区第1(デモ)"
SON, POINTS, TASK = "見本 長男QQSON", "夜に起きているQQPOINTS", "週に一度訪ねるQQTASK"
Browser = Callable[..., Page]


@pytest.fixture
def case(portal: Any) -> Consultation:
    """S3 in 若葉区: taken by the triage desk, with a son who was never asked."""
    portal.drain()
    filed = filing.file(
        filing.Filing(
            chief_concern="息子が部屋から出てきません",
            body="妻の介護もあります。",
            ward=Ward.objects.get(slug="wakaba"),
            consulter=filing.Person(name="見本 父"),
            contact={"preferred": "portal"},
        ),
        by=Actor(),
    )
    posting = Posting.objects.active_on().with_duty().get(person__email__startswith=f"{CLERK}@")
    by = actor_of(posting.person, posting)
    triage.take(filed.consultation.pk, by=by)
    persons.add(filed.consultation.pk, by=by, relation="長男", name=SON, age_band="50代")
    return Consultation.objects.get(pk=filed.consultation.pk)


def no_problems(page: Page, name: str, *, script: bool) -> None:
    """axe finds nothing and nothing is wider than the screen; a picture to look at. axe itself needs scripts."""
    if not script:
        return
    shot(page, f"j6/{name}-{(page.viewport_size or DESKTOP)['width']}")
    assert violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (
        page.url
    )


def press(box: Any, button: str) -> None:
    """Presses and waits for the page that answers: what comes next must not look at the one before."""
    page = box if isinstance(box, Page) else box.page
    with page.expect_navigation():
        box.get_by_role("button", name=button).click()


def opened(page: Page, act: str) -> Any:
    """The form of one act, with its details open."""
    box = page.locator(f"#act-{act}")
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    return box


def plan(page: Page, case: Consultation) -> None:
    page.goto(f"/admin/consultations/case/{case.receipt_no}/")
    page.get_by_role("link", name="会議を準備する").click()
    press(page, "準備を始める")
    expect(page.locator("#error-summary")).to_contain_text("会議の種類を選んでください")
    page.get_by_label(re.compile(r"^\s*支援会議")).check()
    page.get_by_label("会議の目的").fill("世帯の様子を共有する")
    fill_day(page, "開催する日", timezone.localdate())
    page.get_by_label("開始の時刻").fill("10:00")
    page.get_by_label("場所・方式").fill("三階会議室")
    press(page, "準備を始める")
    expect(page.get_by_text("会議の準備を始めました")).to_be_visible()


def invite(page: Page, office: str, *, bound: bool) -> None:
    box = opened(page, "member")
    box.get_by_label("課・機関").select_option(label=office)
    box.get_by_label("出席する人の名前").fill(f"見本 {office[:4]}")
    box.get_by_label("職名").fill("相談員")
    if bound:
        box.get_by_label("守秘義務の根拠").select_option(label="委託契約・協定による守秘義務")
        fill_day(page, "誓約した日", timezone.localdate())
        box.get_by_label("誓約の方法").select_option(label="書面")
    press(box, "招く人に足す")
    expect(page.get_by_text("足しました。守秘義務の根拠と誓約がそろうと")).to_be_visible()


def fill(page: Page, act: str, button: str, **labels: str) -> None:
    box = opened(page, act)
    for label, text in labels.items():
        box.get_by_label(label).fill(text)
    press(box, button)


def fix(page: Page) -> None:
    box = opened(page, "fix")
    box.get_by_label(re.compile("構成員と、守秘義務の根拠")).check()
    press(box, "構成員を確定する")


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desk", "telephone"])
def test_convened_held_minuted_and_done(
    portal: Any, case: Consultation, open_browser: Browser, sign_in: Any, script: bool, size: dict[str, int]
) -> None:
    clerk = sign_in(open_browser(script=script, viewport=size), CLERK)
    plan(clerk, case)
    meeting = Meeting.objects.latest("pk")
    invite(clerk, Consultation.objects.get(pk=case.pk).desk_office.name_on(timezone.localdate()), bound=True)
    invite(clerk, AGENCY, bound=False)
    box = opened(clerk, "subject")
    box.get_by_label("だれのことを話すか").select_option(label=f"長男 {SON} 50代")
    press(box, "対象者に足す")
    fill(clerk, "agenda", "議題を足す", 議題="長男への関わり方")
    fill(clerk, "hand_out", "資料を足す", 資料の名前="世帯の経過")

    # The invitee without duty and pledge is blocked, and sees nothing.
    fix(clerk)
    expect(clerk.locator("#error-summary")).to_contain_text("守秘義務の根拠か誓約の記録がない")
    member = sign_in(open_browser(script=script, viewport=size), MEMBER)
    address = f"/partner/support/meetings/{meeting.pk}/"
    assert member.goto(address).status == 404  # type: ignore[union-attr]  # it answered
    box = opened(clerk, "pledge")
    box.get_by_label("だれ").select_option(index=1)
    box.get_by_label("守秘義務の根拠").select_option(label="委託契約・協定による守秘義務")
    fill_day(clerk, "誓約した日", timezone.localdate())
    box.get_by_label("口頭（職員が記録）").check()
    press(box, "誓約を記録する")
    fix(clerk)
    expect(clerk.get_by_text("構成員を確定しました")).to_be_visible()
    expect(clerk.get_by_text("社会福祉法第106条の6に基づく支援会議").first).to_be_visible()
    no_problems(clerk, "fixed", script=script)

    member.goto("/partner/")
    member.get_by_role("link", name="会議", exact=True).click()
    member.get_by_role("link", name=re.compile(case.receipt_no)).click()
    expect(member.get_by_text(SON)).to_be_visible()
    expect(member.get_by_text("漏らしてはなりません")).to_be_visible()
    no_problems(member, "member", script=script)
    stranger = sign_in(open_browser(script=script, viewport=size), STRANGER)
    assert stranger.goto(address).status == 404  # type: ignore[union-attr]  # it answered

    box = opened(clerk, "hold")
    box.get_by_label("開始した時刻").fill("00:00")
    for one in box.get_by_role("checkbox").all():
        one.check()
    press(box, "開催を記録する")
    expect(clerk.get_by_text("開催を記録しました")).to_be_visible()
    box = opened(clerk, "collect")
    for one in box.get_by_role("checkbox").all():
        one.check()
    press(box, "回収を記録する")
    expect(clerk.get_by_text("未回収")).to_have_count(0)
    box = opened(clerk, "task")
    box.get_by_label("担当する課・機関").select_option(label=AGENCY)
    box.get_by_label("すること").fill(TASK)
    fill_day(clerk, "いつまで", timezone.localdate())
    press(box, "役割を渡す")
    fill(clerk, "minutes", "下書きを保存する", 話し合いの要点=POINTS, 決まったこと="訪ねる")
    expect(clerk.get_by_text("下書きを保存しました")).to_be_visible()
    member.goto(address)
    assert "QQPOINTS" not in member.content()

    head = sign_in(open_browser(script=script, viewport=size), HEAD)
    head.goto(f"/admin/support/meetings/{meeting.pk}/")
    press(head, "会議録を確定する")
    expect(head.locator("#error-summary")).to_contain_text("会議録を読んで、印を付けてください")
    head.get_by_label(re.compile("会議録を読み、確かめた")).check()
    press(head, "会議録を確定する")
    expect(head.get_by_text("会議録を確定しました。これからは")).to_be_visible()

    member.goto(address)
    expect(member.get_by_text("QQPOINTS")).to_be_visible()
    member.goto("/partner/support/tasks/")
    member.get_by_role("link", name=re.compile(case.receipt_no)).click()
    press(member, "済んだと記録する")
    expect(member.locator("#error-summary")).to_contain_text("したこと・結果を入力してください")
    member.get_by_label("したこと・結果").fill("訪ねて話した")
    press(member, "済んだと記録する")
    expect(member.get_by_text("済んだと記録しました")).to_be_visible()
    clerk.goto(f"/admin/support/meetings/{meeting.pk}/")
    expect(clerk.get_by_text("訪ねて話した")).to_be_visible()
    no_problems(clerk, "done", script=script)
