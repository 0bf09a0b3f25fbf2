"""Spellings that mean the same are made the same: width, case, kana, dashes, spaces. For comparing, never for showing."""

from __future__ import annotations

import re
import unicodedata

import jaconv

_SPACES = re.compile(r"\s+")
# Dashes of every kind, and the long vowel sign that people type for one between digits (1ー2ー3).
_DASHES = re.compile("[\u002d\u00ad\u2010-\u2015\u2212\u2500\u2501]|(?<=\\d)\u30fc(?=\\d)")
# Letters and digits of any script but hiragana, which holds the grammar: 「ゴミ屋敷」「放置自転車」「2DK」.
_RUN = re.compile(r"(?:(?![\u3041-\u309f_])\w|[\u30fc\u3005\u3006])+")


def plain(text: str) -> str:
    """Half-width letters and digits, full-width kana, lower case; hiragana stays what it is."""
    return _DASHES.sub("-", unicodedata.normalize("NFKC", text)).lower()


def fold(text: str) -> str:
    """`plain` in katakana and without spaces: how two texts are compared."""
    return str(jaconv.hira2kata(_SPACES.sub("", plain(text))))


def pieces(folded: str, size: int = 2) -> list[str]:
    """Every run of `size` characters; a shorter text is one piece."""
    if len(folded) <= size:
        return [folded] if folded else []
    return [folded[start : start + size] for start in range(len(folded) - size + 1)]


def content_runs(text: str) -> list[str]:
    """The stretches of kanji, katakana, letters and digits, folded."""
    return [fold(run) for run in _RUN.findall(plain(text))]


def digits(text: str) -> str:
    return "".join(sign for sign in plain(text) if sign.isdecimal())
