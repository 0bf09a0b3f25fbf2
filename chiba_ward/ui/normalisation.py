"""Cleaning of typed Japanese text without touching what makes a name a name.

Names keep their variant characters: NFKC or even NFC would turn compatibility ideographs (such as
U+FA19 神) into another character, so only digits, postal codes, telephone numbers and e-mail
addresses are normalised."""

from __future__ import annotations

import re
import unicodedata

import jaconv

# C0 and C1 controls but newline, direction overrides, zero-width space, byte order mark and
# non-characters. Joiners and variation selectors stay: emoji and 外字 need them.
_UNWANTED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_HYPHENS = re.compile("[\u002d\u00ad\u2010-\u2015\u2212\u30fc\uff0d\uff70\u2500\u2501]")
_NOT_DIGIT = re.compile(r"\D")


def clean_text(text: str) -> str:
    """Return text with unix newlines, tabs as spaces and no control characters."""
    unix = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _UNWANTED.sub("", unix)


def clean_line(text: str) -> str:
    """Return one line of text: newlines become spaces, the ends are trimmed."""
    return clean_text(text).replace("\n", " ").strip()


def half_width(text: str) -> str:
    """Return digits, letters and signs in half width, every kind of hyphen as ``-``."""
    return _HYPHENS.sub("-", unicodedata.normalize("NFKC", clean_line(text)))


def katakana(text: str) -> str:
    """Return a reading in full-width katakana; ﾔﾏﾀﾞ and やまだ both become ヤマダ."""
    full = jaconv.h2z(clean_line(text), kana=True, digit=False, ascii=False)
    return re.sub(r"[\s\u3000]+", "　", jaconv.hira2kata(full))


def digits(text: str) -> str:
    """Return only the digits, in half width."""
    return _NOT_DIGIT.sub("", half_width(text))


def postal_code(text: str) -> str:
    """Return ``260-0026``, or the half-width text as typed if it has not seven digits."""
    number = digits(text)
    return f"{number[:3]}-{number[3:]}" if len(number) == 7 else half_width(text)


def phone_number(text: str) -> str:
    """Return the number in half width with single hyphens where the person put them."""
    plain = re.sub(r"[()\[\]\s.]+", "-", half_width(text))
    return re.sub(r"-{2,}", "-", plain).strip("-")
