"""What every HTML answer must be: readable by assistive technology, and without a line of inline code.

Fragments (no `<html>`) are held to the second half alone.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from lxml import etree, html

Page = html.HtmlElement
NO_LABEL_NEEDED = {"hidden", "submit", "button", "reset", "image"}
ASSETS = (
    ("script", "src"),
    ("link", "href"),
    ("img", "src"),
    ("img", "srcset"),
    ("iframe", "src"),
    ("source", "src"),
    ("source", "srcset"),
    ("video", "src"),
    ("audio", "src"),
    ("embed", "src"),
    ("object", "data"),
    ("use", "href"),
)
DATA_SCRIPTS = {"application/json", "application/ld+json"}


def problems(text: str) -> Iterator[str]:
    """Each broken rule of this answer, in words."""
    if not text.strip():
        return
    page = html.document_fromstring(text, parser=html.HTMLParser(encoding=None))
    for check in _ANYWHERE:
        yield from check(page)
    if "<html" in text[:2000].lower():
        for check in _WHOLE_PAGES:
            yield from check(page)


def _name(element: Page) -> str:
    line = etree.tostring(element, encoding="unicode", with_tail=False)
    return " ".join(line.split())[:160]


# --- inline code and foreign assets


def _inline_scripts(page: Page) -> Iterator[str]:
    for script in page.iter("script"):
        if script.get("src") is None and script.get("type") not in DATA_SCRIPTS:
            yield f"inline script: {_name(script)}"


def _inline_styles(page: Page) -> Iterator[str]:
    for style in page.iter("style"):
        yield f"inline style sheet: {_name(style)}"
    for element in page.xpath("//*[@style]"):
        yield f"style attribute: {_name(element)}"


def _inline_handlers(page: Page) -> Iterator[str]:
    for element in page.iter(etree.Element):
        for name, value in element.attrib.items():
            if name.lower().startswith("on"):
                yield f"inline handler {name}: {_name(element)}"
            elif name in ("href", "action", "src") and value.strip().lower().startswith("javascript:"):
                yield f"script in an address: {_name(element)}"


def _foreign_assets(page: Page) -> Iterator[str]:
    for tag, attribute in ASSETS:
        for element in page.iter(tag):
            target = urlsplit(element.get(attribute, "").strip())
            is_asset = tag != "link" or element.get("rel") not in ("alternate", "canonical")
            if is_asset and (target.netloc or target.scheme not in ("", "data")):
                yield f"third-party origin: {_name(element)}"


# --- what a person needs


def _language(page: Page) -> Iterator[str]:
    if not (page.get("lang") or "").strip():
        yield "<html> has no lang"


def _title(page: Page) -> Iterator[str]:
    titles = page.xpath("//head/title")
    if len(titles) != 1 or not titles[0].text_content().strip():
        yield f"{len(titles)} titles, or an empty one"


def _headline(page: Page) -> Iterator[str]:
    headlines = list(page.iter("h1"))
    if len(headlines) != 1:
        yield f"{len(headlines)} <h1>: {[_text(one) for one in headlines]}"
    for one in headlines:
        if not _text(one):
            yield "empty <h1>"


def _unique_ids(page: Page) -> Iterator[str]:
    counted = Counter(element.get("id") for element in page.xpath("//*[@id]"))
    for name, count in counted.items():
        if count > 1:
            yield f"id {name!r} stands {count} times"


def _labels(page: Page) -> Iterator[str]:
    labelled = {label.get("for") for label in page.iter("label") if _text(label)}
    ids = set(page.xpath("//@id"))
    for control in page.iter("input", "select", "textarea"):
        if control.get("type", "text").lower() in NO_LABEL_NEEDED:
            continue
        if not (control.get("id") in labelled or _has_own_name(control, ids)):
            yield f"control without a label: {_name(control)}"
    for button in page.iter("button"):
        if not (_text(button) or _has_own_name(button, ids)):
            yield f"button without words: {_name(button)}"


def _has_own_name(control: Page, ids: set[str]) -> bool:
    if (control.get("aria-label") or control.get("title") or "").strip():
        return True
    if set((control.get("aria-labelledby") or "").split()) & ids:
        return True
    return any(_text(label) for label in control.iterancestors("label"))


def _text(element: Page) -> str:
    alternatives = " ".join(element.xpath(".//img/@alt | .//svg/title/text()"))
    return f"{element.text_content()} {alternatives}".strip()


_ANYWHERE: tuple[Callable[[Page], Iterator[str]], ...] = (
    _inline_scripts,
    _inline_styles,
    _inline_handlers,
    _foreign_assets,
)
_WHOLE_PAGES: tuple[Callable[[Page], Iterator[str]], ...] = (
    _language,
    _title,
    _headline,
    _unique_ids,
    _labels,
)
