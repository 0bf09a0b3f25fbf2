"""The languages of the portal: Japanese, plain Japanese (やさしい日本語) and English."""

from __future__ import annotations

from django.conf import settings

EASY_JAPANESE = "ja-easy"
# Pages of every face, without a language in their address.
SHARED_PATHS = ("/account/", "/documents/", "/files/")


def html_lang(code: str) -> str:
    """Return the value for the ``lang`` attribute: a reader's aid knows no ``ja-easy``."""
    return "ja" if code == EASY_JAPANESE else code


def spoken(code: str) -> str:
    """The code if it is a language of the portal, else nothing."""
    return code if code in dict(settings.LANGUAGES) else ""
