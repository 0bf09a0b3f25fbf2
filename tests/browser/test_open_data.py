"""2-1 地域の見える化: an officer tries a file out, reads its lines and takes it in; a resident finds place and map by the town."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, TELEPHONE, shot
from tests.open_data.conftest import FILES

Browser = Callable[..., Page]
TABLE = """全国地方公共団体コード,ID,名称,名称_カナ,所在地_連結表記,緯度,経度
121002,QQ01,見本QQ文庫,ア,千葉県千葉市若葉区桜木見本1,35.62,140.17
121002,QQ02,見本QQ広場,イ,千葉県千葉市若葉区桜木見本2,140.171,35.621
"""


def looked_at(page: Page, name: str, *, script: bool) -> None:
    """axe finds nothing and nothing is wider than the screen; axe itself needs scripts."""
    if not script:
        return
    shot(page, f"open_data/{name}-{(page.viewport_size or DESKTOP)['width']}")
    assert violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def send(page: Page, kind: str, name: str, content: bytes) -> None:
    page.goto("/admin/open-data/")
    page.get_by_role("link", name="ファイルを確かめる").click()
    page.get_by_label("種類").select_option(kind)
    page.get_by_label("出典").fill("見本市のデータ")
    page.get_by_label("ファイル", exact=False).last.set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    page.get_by_role("button", name="確かめる").click()


@pytest.mark.parametrize(
    ("script", "size"), [(True, DESKTOP), (False, TELEPHONE)], ids=["desk", "telephone, plain"]
)
def test_from_the_file_to_the_page_of_the_district(
    portal: Any, open_browser: Browser, sign_in: Any, script: bool, size: dict[str, int]
) -> None:
    officer = sign_in(open_browser(viewport=size, script=script), "chiiki.wakaba")
    send(officer, "facilities", "見本.csv", b"\x89PNG")
    expect(officer.locator("#error-summary")).to_contain_text("画像（PNG）")
    send(officer, "boundaries", "境界.geojson", (FILES / "boundaries.geojson").read_bytes())
    officer.get_by_role("button", name="取り込む").click()
    send(officer, "facilities", "見本.csv", TABLE.encode("cp932"))
    expect(officer.get_by_text("緯度と経度が逆のようです", exact=False)).to_be_visible()
    looked_at(officer, "checked", script=script)
    officer.get_by_role("button", name="取り込む").click()
    expect(officer.get_by_text("公開のページに出ています", exact=False)).to_be_visible()

    resident = open_browser(viewport=size, script=script)
    resident.goto("/")
    resident.get_by_role("link", name="住んでいる地区のこと").click()
    looked_at(resident, "index", script=script)
    resident.get_by_label("町の名前か郵便番号").fill("桜木")
    resident.get_by_role("button", name="地区をさがす").click()
    resident.locator("a.cw-choice").first.click()
    expect(resident.get_by_role("heading", level=1)).to_contain_text("若葉区")
    resident.goto("/districts/wakaba/")
    expect(resident.get_by_text("見本QQ文庫")).to_be_visible()
    drawing = resident.locator("img.cw-map")
    assert drawing.evaluate("one => one.naturalWidth") > 0
    looked_at(resident, "ward", script=script)
    resident.get_by_role("button", name="1枚の紙にする").click()
    portal.drain()
    resident.reload()
    expect(resident.locator("a[href*='/file']").first).to_be_visible()
