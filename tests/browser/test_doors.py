"""The doors in a real Chromium: passkey, app and codes; the way back after leaving; a policy that is heard (SE5, IN2)."""

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test.utils import override_settings
from playwright.sync_api import Page, expect

from chiba_ward.access.models import User
from chiba_ward.directory.models import Posting
from chiba_ward.settings.oidc import form_targets, providers
from tests.access.city_provider import CityProvider, environ, running
from tests.browser.complaints import Complaints
from tests.browser.conftest import Portal, shot, sign_in
from tests.browser.test_sign_in import number_of

pytestmark = pytest.mark.slow


def first_case(page: Page) -> tuple[str, str]:
    """Open a case of the queue; its address, and words that only its page has."""
    page.goto("/admin/consultations/")
    page.locator("table a[href*='/case/']").first.click()
    expect(page.locator("#facts")).to_be_visible()
    return page.url, page.locator(".cw-case__concern").inner_text()


def test_se5_the_way_back_shows_nothing_after_signing_out(portal: Portal, page: Page) -> None:
    sign_in(page, "somu.wakaba")
    address, concern = first_case(page)
    page.get_by_role("button", name="ログアウト").click()
    page.wait_for_url(lambda url: "/admin/" not in url)
    for _ in range(3):
        page.go_back()
        page.wait_for_load_state()
        assert concern not in page.content()
        assert page.locator(".cw-case").count() == 0
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("ログイン")


def test_se5_nor_after_closing_a_case(portal: Portal, page: Page) -> None:
    sign_in(page, "shimin.hanako")
    page.goto("/my/")
    page.locator("main a[href*='/my/S-']").first.click()
    expect(page.get_by_role("heading", name="これまでのこと")).to_be_visible()
    number = page.url.rstrip("/").rsplit("/", 1)[-1]
    page.locator("summary", has_text="メニュー").click()
    page.get_by_role("button", name="ログアウト").click()
    page.go_back()
    page.wait_for_load_state()
    assert number not in page.locator("main").inner_text()
    assert page.get_by_role("heading", name="これまでのこと").count() == 0


def test_in2_a_violation_would_be_heard(portal: Portal, page: Page, complaints: Complaints) -> None:
    """Every journey fails on what the policy blocks: proved by something that it must block."""
    page.goto("/")
    assert complaints.all == []
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
    page.evaluate(
        "document.head.appendChild(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))"
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.ran") is None
    blocked = [said for said in complaints.all if "Content Security Policy" in said]
    assert len(blocked) >= 2
    complaints.clear()


# --- passkey, app, codes

PASSWORD = "hinata-no-mado-37x"
BACK_UP_CODE = re.compile(r"^\w{8}$", re.MULTILINE)


@pytest.fixture
def newcomer(portal: Portal) -> Iterator[User]:
    """Somebody of the reception desk with a password and no second factor, who is no demo person."""
    desk = Posting.objects.get(person__email="somu.wakaba@demo.example.jp")
    user = User.objects.create_user(email="tobira@demo.example.jp", password=PASSWORD, name="見本 とびら")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    Posting.objects.create(person=user, post=desk.post, kind=desk.kind, starts_on=desk.starts_on)
    yield user
    Posting.objects.filter(person=user).delete()
    user.delete()


def at_localhost(portal: Portal) -> str:
    """A passkey belongs to a name; an address of numbers has none."""
    return portal.url.replace("127.0.0.1", "localhost")


def virtual_key(page: Page) -> Callable[[str, dict[str, Any]], Any]:
    """A key inside the browser that holds credentials and verifies its owner, as a telephone or a laptop does."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    key = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    return lambda command, more: devtools.send(f"WebAuthn.{command}", {"authenticatorId": key, **more})


def enter(page: Page, address: str, user: User) -> None:
    page.goto(f"{address}/admin/")
    page.get_by_label("メールアドレス").fill(user.email)
    page.get_by_label("パスワード", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="ログイン", exact=True).click()


def leave(page: Page) -> None:
    page.get_by_role("button", name="ログアウト").click()
    page.wait_for_url(lambda url: "/admin/" not in url)


def test_a_passkey_is_enrolled_and_opens_the_door_both_ways(
    portal: Portal, page: Page, newcomer: User
) -> None:
    """As the second step after the password, and alone; a key of somebody else opens nothing."""
    address, key = at_localhost(portal), virtual_key(page)
    enter(page, address, newcomer)
    page.get_by_role("link", name="パスキーを使う").click()
    page.get_by_label("鍵の名前").fill("窓口のパソコン")
    page.get_by_label("この鍵だけでログインできるようにする").check()
    shot(page, "passkey-enrol")
    page.get_by_role("button", name="パスキーを登録する").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("予備のコード")
    kept = key("getCredentials", {})["credentials"]
    assert [credential["rpId"] for credential in kept] == ["localhost"]
    page.get_by_role("link", name="自分のページへ進む").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("今日の仕事")
    assert Authenticator.objects.filter(user=newcomer, type="webauthn").count() == 1

    leave(page)
    enter(page, address, newcomer)
    expect(page.get_by_role("heading", level=1)).to_have_text("二つ目の確認")
    page.get_by_role("button", name="パスキーで確認する").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("今日の仕事")

    leave(page)
    page.goto(f"{address}/account/login/?next=/admin/")
    page.get_by_role("button", name="パスキーでログイン").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("今日の仕事")
    expect(page.locator("#user-tools")).to_contain_text("見本 とびら")

    leave(page)
    key("removeCredential", {"credentialId": kept[0]["credentialId"]})
    enter(page, address, newcomer)
    expect(page.get_by_role("heading", level=1)).to_have_text("二つ目の確認")
    page.goto(f"{address}/admin/")
    expect(page.get_by_role("heading", level=1)).to_have_text("二つ目の確認")
    expect(page.locator("#user-tools")).to_have_count(0)


def test_a_code_for_a_bad_day_opens_once(portal: Portal, page: Page, newcomer: User) -> None:
    """The app is enrolled, its codes are noted, the telephone is lost: one code lets in, once, and new ones are made."""
    enter(page, portal.url, newcomer)
    page.get_by_role("link", name="認証アプリを使う").click()
    page.get_by_text("QRコードを読み取れないとき").click()
    secret = page.locator("#authenticator_secret").inner_text().strip()
    page.get_by_role("textbox").fill("12345")
    page.get_by_role("button", name="登録する").click()
    expect(page.locator("#error-summary")).to_contain_text("番号が違います")
    page.get_by_role("textbox").fill(number_of(secret))
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("予備のコード")
    codes = BACK_UP_CODE.findall(page.locator("#recovery_codes").input_value())
    assert len(codes) == 10
    page.get_by_role("link", name="自分のページへ進む").click()
    for attempt, opens in (("first", True), ("again", False)):
        leave(page) if attempt == "first" else None
        enter(page, portal.url, newcomer)
        page.get_by_role("textbox").fill(codes[0])
        page.get_by_role("button", name="ログイン", exact=True).click()
        if opens:
            expect(page.get_by_role("heading", level=1)).to_have_text("今日の仕事")
            page.goto("/account/2fa/")
            expect(page.locator("main")).to_contain_text("残り9個")
            page.get_by_role("link", name="予備のコードを作り直す").click()
            page.get_by_role("button", name="予備のコードを作る").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("予備のコード")
            assert not set(codes) & set(BACK_UP_CODE.findall(page.locator("#recovery_codes").input_value()))
            page.goto("/admin/")
            leave(page)
        else:
            expect(page.locator("#error-summary")).to_contain_text("番号が違います")


# --- the city's provider


@pytest.fixture
def city(portal: Portal) -> Iterator[CityProvider]:
    with running() as provider:
        policy = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
        policy["DIRECTIVES"]["form-action"] += form_targets(environ(provider))
        wanted = {"SOCIALACCOUNT_PROVIDERS": providers(environ(provider, PORTAL_OIDC_AMR="mfa"))}
        with override_settings(CONTENT_SECURITY_POLICY=policy, **wanted):
            yield provider


def test_the_citys_provider_lets_the_staff_in(
    portal: Portal, page: Page, newcomer: User, city: CityProvider
) -> None:
    city.sign_in(newcomer.email, amr=["pwd", "mfa"])
    page.goto("/admin/")
    page.get_by_role("link", name="庁内認証でログイン").click()
    shot(page, "oidc-button")
    page.get_by_role("button", name="庁内認証へ進む").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("今日の仕事")
    expect(page.locator("#user-tools")).to_contain_text("見本 とびら")
    leave(page)
    city.sign_in("dareka@city.example", amr=["pwd", "mfa"])
    page.goto("/account/login/")
    page.get_by_role("link", name="庁内認証でログイン").click()
    page.get_by_role("button", name="庁内認証へ進む").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("このポータルに登録がありません")
    shot(page, "oidc-unknown")
    page.goto("/admin/")
    expect(page.get_by_role("heading", level=1)).to_have_text("ログイン")
