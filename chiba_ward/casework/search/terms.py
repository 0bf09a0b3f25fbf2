"""From words to numbers: 64 bits of HMAC-SHA256 under the search key. Without the key they say nothing of the word,
except where it stands again (docs/adr/0014)."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from chiba_ward.casework.search import folding, words
from chiba_ward.sealed import keyring
from chiba_ward.sealed.keyring import Key, KeyRing

SCHEME = 1
"""Raise it when other terms are made: `rebuild_search` writes every row of an older scheme again."""

WORD, FRAGMENT, NAME, TELEPHONE, NUMBER = "w", "f", "n", "t", "r"
TELEPHONE_PIECE = 4
SHORTEST_NUMBER = 3  # characters of a begun receipt number


@dataclass(frozen=True)
class Findable:
    """What one matter is found by. `same` holds pairs of kind and value that are only ever compared whole."""

    number: str = ""
    texts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    telephones: tuple[str, ...] = ()
    same: tuple[tuple[str, str], ...] = ()


def ring() -> KeyRing:
    return keyring.parse(settings.PORTAL_SEARCH_KEYS)


def terms_of(findable: Findable, key: Key) -> tuple[list[int], bool]:
    """The numbers of one matter, and whether its words are among them."""
    found = set(_without_words(findable))
    try:
        for text in findable.texts:
            found.update((WORD, word) for word in words.words_of(text))
    except words.NoWordsError:
        return numbers(found, key), False
    return numbers(found, key), True


def _without_words(findable: Findable) -> Iterator[tuple[str, str]]:
    for text in findable.texts:
        yield from fragments(text)
    for name in findable.names:
        folded = folding.fold(name)
        yield from ((NAME, piece) for piece in (*folded, *folding.pieces(folded)))
    for telephone in findable.telephones:
        yield from telephone_pieces(folding.digits(telephone))
    compact = findable.number.replace("-", "")
    yield from ((NUMBER, compact[:length]) for length in range(SHORTEST_NUMBER, len(compact) + 1))
    yield from (same(kind, value) for kind, value in findable.same)


def fragments(text: str) -> set[tuple[str, str]]:
    """Pairs of neighbouring characters inside kanji, katakana and letters. Hiragana, half of every text, is left to
    the words: its pairs are in nearly every matter and would tell most about a text that is sealed."""
    return {
        (FRAGMENT, pair) for run in folding.content_runs(text) if len(run) > 1 for pair in folding.pieces(run)
    }


def telephone_pieces(digits: str) -> set[tuple[str, str]]:
    """Any four digits in a row; none of a shorter number."""
    if len(digits) < TELEPHONE_PIECE:
        return set()
    return {(TELEPHONE, piece) for piece in folding.pieces(digits, TELEPHONE_PIECE)}


def same(kind: str, value: str) -> tuple[str, str]:
    return f"={kind}", folding.fold(value)


def numbers(found: Iterable[tuple[str, str]], key: Key) -> list[int]:
    return sorted({_number(key, kind, value) for kind, value in found})


@lru_cache(maxsize=50_000)
def _number(key: Key, kind: str, value: str) -> int:
    digest = hmac.digest(key.secret, f"{kind}:{value}".encode(), "sha256")
    return int.from_bytes(digest[:8], signed=True)
