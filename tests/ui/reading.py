"""Which words of a page are Japanese that its reader cannot read."""

import re
from typing import Any

from lxml import etree, html

JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
# What was written by a person, and the names by which one recognises one's own language.
OWN_WORDS = ("cw-quote", "cw-talk", "cw-menu", "cw-env")
# Attributes that are read out.
SPOKEN = ("alt", "title", "aria-label", "placeholder", "data-label")


def japanese_in(text: str) -> list[str]:
    page = html.fromstring(text)
    if "<html" not in text[:200]:
        return []
    found = [] if page.get("lang") == "en" else [f"lang is {page.get('lang')}"]
    for element in page.iter(etree.Element):
        said = [element.text, *(child.tail for child in element), *(element.get(name) for name in SPOKEN)]
        words = " ".join(" ".join(part or "" for part in said).split())
        if JAPANESE.search(words) and not any(is_meant(one) for one in (element, *element.iterancestors())):
            found.append(f"<{element.tag}> {words[:80]}")
    return found


def is_meant(element: Any) -> bool:
    """Japanese that says of itself that it is, or was written by a person."""
    return element.get("lang") == "ja" or bool(set((element.get("class") or "").split()) & set(OWN_WORDS))
