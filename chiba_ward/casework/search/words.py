"""Words in their dictionary form (SudachiPy): 逃げたい is found by 逃げる, ＳＮＳ by sns.

Without the dictionary a filing is received all the same; its row says that words are missing, and `rebuild_search`
adds them later.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

from chiba_ward.casework.search import folding

GRAMMAR = frozenset(("助詞", "助動詞", "補助記号", "記号", "空白"))
WEAK = "非自立可能"  # いく, いる, くる: mostly grammar too
LONGEST = 12_000  # characters; the tokenizer refuses more than 49,149 bytes
_here = threading.local()


class NoWordsError(Exception):
    """The dictionary is not there, or the text cannot be cut into words."""


def are_there() -> bool:
    """Whether this process can cut texts into words."""
    try:
        return bool(_tokens("相談"))
    except NoWordsError:
        return False


def words_of(text: str) -> set[str]:
    """Every word that carries meaning, folded. Raises NoWordsError."""
    return {word for word, _ in _tokens(text)}


def asked_words(text: str) -> set[str]:
    """The words of a question; those that are mostly grammar only when there are no others. Raises NoWordsError."""
    found = _tokens(text)
    return {word for word, is_weak in found if not is_weak} or {word for word, _ in found}


def _tokens(text: str) -> list[tuple[str, bool]]:
    try:
        morphemes = _tokenizer().tokenize(folding.plain(text)[:LONGEST])
    except Exception as error:
        raise NoWordsError from error
    found = []
    for morpheme in morphemes:
        kind, part = morpheme.part_of_speech()[:2]
        if kind not in GRAMMAR and (word := folding.fold(morpheme.normalized_form())):
            found.append((word, part == WEAK))
    return found


def _tokenizer() -> Any:
    """One for each thread: a tokenizer must not be shared; the dictionary behind it is."""
    if not hasattr(_here, "tokenizer"):
        from sudachipy import SplitMode

        _here.tokenizer = _dictionary().tokenizer(mode=SplitMode.A)
    return _here.tokenizer


@cache
def _dictionary() -> Any:
    from sudachipy import Dictionary

    return Dictionary(dict="core")
