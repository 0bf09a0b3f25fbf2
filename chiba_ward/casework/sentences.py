"""The timeline in plain sentences: 「5/12 にあんしんケアセンターへ電話しました。」 (issue: J1, FRONTEND).

Modules register a sentence per kind and language. Words in braces come from the entry's `data`.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import override

from chiba_ward.casework.models import TimelineEntry

Text = str | Promise
MONTHS = ("January", "February", "March", "April", "May", "June", "July",
          "August", "September", "October", "November", "December")  # fmt: skip

_sentences: dict[str, dict[str, Text]] = {}


class AlreadyRegisteredError(ValueError):
    """Two modules claim the same kind; kinds begin with the module's name."""


def register(kind: str, texts: Mapping[str, Text] | Text) -> None:
    """Give a kind its sentence without the date: by language, or one lazily translated text.

    Raises AlreadyRegisteredError when the kind has another sentence.
    """
    wanted = dict(texts) if isinstance(texts, Mapping) else {"ja": texts}
    if _sentences.get(kind, wanted) != wanted:
        raise AlreadyRegisteredError(kind)
    _sentences[kind] = wanted


def sentence(entry: TimelineEntry, language: str = "ja") -> str:
    """The entry for the person concerned, with its day in Asia/Tokyo; an unknown kind yields its text.

    A language without a sentence falls back to やさしい日本語, then to Japanese, and its date goes with it.
    """
    texts = _sentences.get(entry.kind)
    if not texts:
        return entry.text
    spoken = _fitting(texts, language)
    template = texts[spoken]
    with override(language):
        words = str(template).format_map(_data_for(entry.data, language))
    in_language = language if isinstance(template, Promise) else spoken
    return dated(timezone.localtime(entry.at).date(), words, in_language)


def _data_for(data: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    """`{office}` in English takes `office_en` where the line has it."""
    suffix = "_en"
    spoken = {
        key.removesuffix(suffix): value for key, value in data.items() if key.endswith(suffix) and value
    }
    return defaultdict(str, {**data, **(spoken if language.startswith("en") else {})})


def _fitting(texts: Mapping[str, Text], language: str) -> str:
    wanted = ("ja",) if language == "ja" else (language, "ja-easy", "ja")
    return next((code for code in wanted if code in texts), next(iter(texts)))


def dated(day: dt.date, words: str, language: str) -> str:
    """The sentence with its day in front; the year only when it is not this one."""
    another_year = day.year != timezone.localdate().year
    if language.startswith("en"):
        year = f" {day.year}" if another_year else ""
        return f"{day.day} {MONTHS[day.month - 1]}{year}: {words}"
    if language == "ja-easy":
        year = f"{day.year}年" if another_year else ""
        return f"{year}{day.month}月{day.day}日に、{words}"
    year = f"{day.year}/" if another_year else ""
    return f"{year}{day.month}/{day.day} に{words}"
