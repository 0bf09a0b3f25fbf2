"""J1: a resident writes, sends, follows and answers — on a telephone, by keyboard, without JavaScript, at 200 %."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chiba_ward.directory.models import PostalCode, Ward
from consultations.models import Consultation
from consultations.services import conversation, triage
from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, TELEPHONE, Portal, shot
from tests.consultations.citizen_support import PHRASE, picture

NEXT = "button[name=next]"
WAYS = [
    pytest.param({"viewport": TELEPHONE}, id="telephone"),
    pytest.param({"viewport": TELEPHONE, "script": False}, id="telephone-without-script"),
    pytest.param({"viewport": DESKTOP}, id="desktop"),
    pytest.param({"viewport": DESKTOP, "script": False}, id="desktop-without-script"),
]


@pytest.fixture(autouse=True)
def _postal_code(portal: Portal) -> None:
    PostalCode.objects.get_or_create(code="2640025", ward=Ward.objects.get(slug="wakaba"), town_name="都賀")


@pytest.fixture
def clean(complaints: Any) -> Iterator[Callable[[Page, str], None]]:
    """`clean(page, "name")`: a picture for people, and nothing that axe can find."""

    def look(page: Page, name: str) -> None:
        shot(page, f"j1-{name}")
        assert violations(page) == [], page.url
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{page.url} scrolls sideways by {wide} px"

    yield look
    complaints.clear()  # 422 answers stand in the console of the browser


def write(page: Page, look: Callable[[str], None], prefix: str = "") -> None:
    """From the first page to 確かめる, with one mistake on the way."""
    page.goto(f"{prefix}/")
    look("home")
    page.locator("main a[href$='/consult/']").first.click()
    look("start")
    page.locator("main form.cw-form button").click()
    page.locator(NEXT).click()
    expect(page.locator("#error-summary")).to_be_visible()
    look("topic-empty")
    page.check("input[name=topic][value=unknown]")
    page.locator(NEXT).click()
    page.check("input[name=consultant_kind][value=family]")
    page.fill("[name=relation]", "母")
    page.fill("[name=body]", "父を世話する母が、死にたいと言います。")
    page.set_input_files(
        "[name=files]", [{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture().read()}]
    )
    page.locator(NEXT).click()
    look("story-file-kept")
    page.fill("[name=chief_concern]", "母の介護と父のこと")
    page.locator(NEXT).click()
    expect(page.locator("#danger-title")).to_be_visible()
    page.fill("[name=postal_code]", "264-0025")
    page.locator("[name=find_address]").click()
    expect(page.locator("input[name=ward][value=wakaba]")).to_be_checked()
    look("place")
    page.locator(NEXT).click()
    page.check("input[name=preferred][value=email]")
    page.fill("[name=email]", "mihon@example.test")
    look("contact")
    page.locator(NEXT).click()
    look("check")


def press_send(page: Page) -> tuple[str, str]:
    page.locator("main form[data-once] button").click()
    text = page.locator("main").inner_text()
    number = re.sub(r"\s", "", page.locator("#receipt-number").inner_text())
    phrase = PHRASE.search(text)
    assert phrase
    return number, phrase[0]


@pytest.mark.parametrize("way", WAYS)
def test_from_the_first_page_to_the_answer_and_back(
    way: dict[str, Any], open_browser: Callable[..., Page], portal: Portal, clean: Callable[[Page, str], None],
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    """J1 whole: a number, a promise, the mail, the question, the answer, the end, 解決しましたか."""
    page, name = open_browser(**way), request.node.callspec.id
    script = way.get("script", True)
    write(page, lambda part: clean(page, f"{name}-{part}") if script else shot(page, f"j1-{name}-{part}"))
    number, phrase = press_send(page)
    shot(page, f"j1-{name}-receipt")
    assert "までにお返事します" in page.locator("main").inner_text()

    portal.drain()
    mine = [one for one in portal.mails if number in one.subject]
    assert len(mine) == 1
    assert phrase not in mine[0].body
    assert "介護" not in mine[0].body

    page.locator("form[action$='/case/receipt/'] button").click()
    portal.drain()
    if script:
        expect(page.get_by_text("PDFができました")).to_be_visible()
    else:
        page.reload()
    assert page.get_by_text("PDFができました").is_visible()
    shot(page, f"j1-{name}-pdf")

    case = Consultation.objects.get(matter__receipt_no=number)
    staff = _clerk(case)
    triage.take(case.pk, by=staff)
    conversation.reply(case.pk, by=staff, body="お母さまはいまどちらにいますか。", ask=True)

    elsewhere = open_browser(**way)
    elsewhere.goto("/status/")
    elsewhere.fill("[name=number]", number)
    elsewhere.fill("[name=phrase]", phrase)
    elsewhere.locator("main form button").first.click()
    expect(elsewhere.get_by_text("お母さまはいまどちらにいますか。")).to_be_visible()
    assert "あなたのお返事を待っています" in elsewhere.locator("main").inner_text()
    shot(elsewhere, f"j1-{name}-waiting")
    elsewhere.locator("form[action*='/case/message/'] [name=body]").fill("妹の家です。")
    elsewhere.locator("form[action*='/case/message/'] button:not([type=button])").click()
    expect(elsewhere.get_by_text("妹の家です。")).to_be_visible()
    if script:
        clean(elsewhere, f"{name}-answered")


def _clerk(case: Consultation) -> Any:
    from chiba_ward.access.actor import actor_of
    from chiba_ward.directory.enums import Role
    from chiba_ward.directory.models import Posting

    rows = (
        Posting.objects.active_on().with_duty().filter(post__office=case.desk_office, post__role=Role.SECTION)
    )
    posting = rows.first()
    assert posting
    return actor_of(posting.person, posting)


def test_by_keyboard_alone(open_browser: Callable[..., Page], complaints: Any) -> None:
    """C17: keyboard only, with an error put right and the case sent; every stop is visible."""
    page = open_browser(viewport=DESKTOP)
    page.goto("/consult/")

    def to(selector: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                width = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
                assert width >= 2 or page.evaluate("document.activeElement.type === 'file'")
                return
        raise AssertionError(f"{selector} is not reached by Tab")

    def press(selector: str) -> None:
        to(selector)
        if selector.startswith("#"):
            page.keyboard.press("Enter")
            return
        with page.expect_navigation():
            page.keyboard.press("Enter")

    press("main form.cw-form button")
    press(NEXT)
    assert page.evaluate("document.activeElement.id") == "error-summary"
    press("#error-summary a")
    page.keyboard.press("Space")
    press(NEXT)
    to("[name=consultant_kind]")
    page.keyboard.press("Space")
    to("[name=chief_concern]")
    page.keyboard.type("かいごのこと")
    press(NEXT)
    to("[name=ward]")
    page.keyboard.press("Space")
    press(NEXT)
    to("[name=preferred]")
    page.keyboard.press("Space")
    press(NEXT)
    press("main form[data-once] button")
    expect(page.locator("#receipt-number")).to_be_visible()
    complaints.clear()


@pytest.mark.parametrize(("width", "size"), [(1280, "200%"), (640, "200%"), (320, "100%")])
def test_with_large_letters_and_on_a_narrow_screen(
    width: int, size: str, open_browser: Callable[..., Page], complaints: Any
) -> None:
    """C17: 文字サイズ200%; 320 px is a desktop at 400 % (WCAG 1.4.10). Nothing is cut off or scrolls sideways."""
    page = open_browser(viewport={"width": width, "height": 800})

    def look(part: str) -> None:
        page.wait_for_load_state()  # what the last press began may still be without a document
        page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        shot(page, f"j1-{width}-{size.strip('%')}-{part}")
        assert wide <= 1, f"{part} scrolls sideways by {wide} px"

    write(page, look)
    press_send(page)
    look("receipt")
    complaints.clear()


def test_two_presses_of_a_nervous_finger(open_browser: Callable[..., Page], complaints: Any) -> None:
    page = open_browser(viewport=TELEPHONE)
    write(page, lambda _: None)
    before, address = Consultation.objects.count(), page.url.split("#")[0]
    page.locator("main form[data-once] button").dblclick()
    expect(page.locator("#receipt-number")).to_be_visible()
    assert Consultation.objects.count() == before + 1
    page.goto(address)
    assert "もう受け付けています" in page.locator("body").inner_text()
    assert Consultation.objects.count() == before + 1
    complaints.clear()


@pytest.mark.parametrize(("prefix", "lang"), [("/en", "en"), ("/ja-easy", "ja")])
def test_in_english_and_plain_japanese(
    prefix: str, lang: str, open_browser: Callable[..., Page], clean: Callable[[Page, str], None]
) -> None:
    page = open_browser(viewport=TELEPHONE)
    write(page, lambda part: clean(page, f"{lang}{prefix.strip('/')}-{part}"), prefix)
    number, _ = press_send(page)
    assert page.locator("html").get_attribute("lang") == lang
    assert Consultation.objects.get(matter__receipt_no=number).language == prefix.strip("/")


def test_stop_here_and_go_on_elsewhere(open_browser: Callable[..., Page], complaints: Any) -> None:
    """C18: 途中保存から再開でき、共有端末では残らない。"""
    library = open_browser(viewport=TELEPHONE)
    library.goto("/consult/")
    library.check("[name=shared]")
    library.locator("main form.cw-form button").click()
    library.check("input[name=topic][value=unknown]")
    library.locator(NEXT).click()
    library.fill("[name=body]", "とちゅうまで書きました。")
    library.locator("[name=suspend]").click()
    address = library.url
    library.locator("main form button").click()
    shot(library, "j1-saved-key")
    number = re.sub(r"\s", "", library.locator("#receipt-number").inner_text())
    phrase = PHRASE.search(library.locator("main").inner_text())
    assert phrase
    home = open_browser(viewport=DESKTOP)
    home.goto(address)
    assert "書きかけが見つかりません" in home.locator("main").inner_text()
    home.goto("/consult/resume/")
    home.fill("[name=number]", number)
    home.fill("[name=phrase]", phrase[0])
    home.locator("main form button").first.click()
    expect(home.locator("[name=body]")).to_have_value("とちゅうまで書きました。")
    complaints.clear()
