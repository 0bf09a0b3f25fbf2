"""A member of staff enters for the first time: enrolment of the second factor, the next sign-in, the posting, the end."""

import time
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from playwright.sync_api import Page, expect

from chiba_ward.access.models import User
from chiba_ward.access.session_store import SessionStore
from chiba_ward.directory.models import Posting
from tests.browser.conftest import TELEPHONE, Portal, shot, sign_in

pytestmark = pytest.mark.slow
EMAIL, PASSWORD = "shinjin@demo.example.jp", "hinata-no-mado-37x"
PERIOD = 30  # seconds for which one number of the app holds


@pytest.fixture
def newcomer(portal: Portal) -> User:
    """Somebody of the reception desk with a password and no second factor, who is no demo person."""
    desk = Posting.objects.get(person__email="somu.wakaba@demo.example.jp")
    user = User.objects.create_user(email=EMAIL, password=PASSWORD, name="見本 しんじん")
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    Posting.objects.create(person=user, post=desk.post, kind=desk.kind, starts_on=desk.starts_on)
    return user


def number_of(secret: str) -> str:
    """What the app shows now."""
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def next_number_of(secret: str) -> str:
    """What the app shows once the number that was used has gone: the same one never opens the door twice."""
    time.sleep(PERIOD - time.time() % PERIOD + 1)
    return number_of(secret)


def enter(page: Page, password: str = PASSWORD) -> None:
    page.get_by_label("メールアドレス").fill(EMAIL)
    page.get_by_label("パスワード", exact=False).first.fill(password)
    page.get_by_role("button", name="ログイン", exact=True).click()


def enrol(page: Page) -> str:
    """Register an authenticator app, and read the codes for a bad day."""
    page.get_by_role("link", name="認証アプリを使う").click()
    picture = page.locator("img.cw-qr")
    expect(picture).to_be_visible()
    assert picture.evaluate("one => one.complete && one.naturalWidth > 100")
    page.get_by_text("QRコードを読み取れないとき").click()
    secret = page.locator("#authenticator_secret").inner_text().strip()
    page.get_by_role("textbox").fill(number_of(secret))
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("予備のコード")
    shot(page, "sign-in-recovery-codes")
    page.get_by_role("link", name="自分のページへ進む").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("今日の仕事")
    return secret


def test_the_first_sign_in_enrols_and_the_second_asks_for_the_number(page: Page, newcomer: User) -> None:
    page.goto("/admin/")
    enter(page, "not-the-password")
    expect(page.locator("#error-summary")).to_be_focused()
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("二つ目の確認を登録してください")
    page.goto("/admin/consultations/")
    expect(page.get_by_role("heading", level=1)).to_have_text("二つ目の確認を登録してください")
    secret = enrol(page)
    expect(page.locator("#user-tools")).to_contain_text("見本 しんじん")
    expect(page.locator("#user-tools")).to_contain_text("若葉区 総務課 主査")

    page.get_by_role("button", name="ログアウト").click()
    page.goto("/admin/")
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("二つ目の確認")
    page.get_by_role("textbox").fill("000000")
    page.get_by_role("button", name="ログイン", exact=True).click()
    expect(page.locator("#error-summary")).to_contain_text("番号が違います")
    page.get_by_role("textbox").fill(next_number_of(secret))
    page.get_by_role("button", name="ログイン", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("今日の仕事")


def test_one_acts_under_one_posting_at_a_time(portal: Portal, open_browser: Callable[..., Page]) -> None:
    page = open_browser(viewport=TELEPHONE)
    sign_in(page, "hokenshi.wakaba")
    choice = page.get_by_label("いまの職")
    names = choice.locator("option").all_inner_texts()
    assert len(names) == 2
    before = choice.locator("option:checked").inner_text()
    other = next(name for name in names if name != before)
    choice.select_option(label=other)
    page.get_by_role("button", name="切り替える").click()
    expect(page.get_by_label("いまの職").locator("option:checked")).to_have_text(other)
    expect(page.locator(".cw-work__as")).to_contain_text(other.rsplit(" ", 1)[0])
    shot(page, "sign-in-posting")


def test_a_session_that_ended_says_so_and_brings_the_person_back(portal: Portal, page: Page) -> None:
    sign_in(page, "somu.wakaba")
    grow_old(page)
    page.goto("/admin/correspondence/letters/")
    expect(page.get_by_text("時間がたったため、安全のためにログアウトしました")).to_be_visible()
    assert "next=%2Fadmin%2Fcorrespondence%2Fletters%2F" in page.url
    shot(page, "sign-in-ended")
    page.reload()
    page.goto("/admin/")
    expect(page.get_by_role("heading", level=1)).to_have_text("ログイン")


def grow_old(page: Page) -> None:
    """Nobody touched this browser for a day."""
    key = next(one["value"] for one in page.context.cookies() if one["name"] == settings.SESSION_COOKIE_NAME)
    session = SessionStore(session_key=key)
    session["seen"] -= 24 * 60 * 60
    session.save()
