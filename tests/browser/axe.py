"""axe-core in the open page: WCAG 2.2 AA and what is good practice."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "options => axe.run(document, options).then(found => found.violations)"


@lru_cache
def _source() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """Each broken rule with the elements that break it."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_source())
    # Django's admin sheet is imported into a cascade layer, which axe would fetch inline: the policy forbids that.
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"], "preload": False}
    return [_in_words(found) for found in page.evaluate(RUN, options)]


def _in_words(found: dict[str, Any]) -> str:
    places = [f"{node['target'][0]} ({' '.join(node['html'].split())[:110]})" for node in found["nodes"][:3]]
    return f"{found['id']} [{found['impact']}] ×{len(found['nodes'])}: " + "; ".join(places)
