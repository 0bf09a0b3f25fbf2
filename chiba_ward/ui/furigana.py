"""Readings over kanji, written by people in the notation ｜区役所《くやくしょ》 (青空文庫注記形式)."""

from __future__ import annotations

import re
from typing import cast

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

_NOTE = re.compile(
    r"[｜|]([^｜|《》]{1,30})《([^《》]{1,40})》"  # the bar says where the base begins
    r"|([一-龯々〆ヵヶ]{1,30})《([^《》]{1,40})》"  # without a bar: the kanji just before
)


def _ruby(note: re.Match[str]) -> str:
    base, reading = note[1] or note[3], note[2] or note[4]
    return f"<ruby>{base}<rp>(</rp><rt>{reading}</rt><rp>)</rp></ruby>"


def furigana(text: object) -> SafeString:
    """Return ``text`` as HTML with ``<ruby>``; everything is escaped before a tag is added."""
    escaped = str(conditional_escape(cast(str, text)))
    return SafeString(_NOTE.sub(_ruby, escaped))  # safe: escaped above, and a reading holds no markup


def nofurigana(text: object) -> str:
    """Return ``text`` without readings, for titles, options, mail and CSV."""
    return _NOTE.sub(lambda note: note[1] or note[3], str(text))
