"""The languages of the portal: Japanese, plain Japanese (やさしい日本語) and English."""

from __future__ import annotations

EASY_JAPANESE = "ja-easy"


def html_lang(code: str) -> str:
    """Return the value for the ``lang`` attribute: a reader's aid knows no ``ja-easy``."""
    return "ja" if code == EASY_JAPANESE else code
