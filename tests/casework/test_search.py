"""Spellings, words and numbers of the search; what consultations are found by is in tests/consultations/test_search.py."""

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiba_ward.casework.search import folding, terms, words
from chiba_ward.casework.search.question import Question
from chiba_ward.casework.search.terms import Findable


@pytest.fixture
def without_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine where the package of words is not installed."""
    monkeypatch.setitem(sys.modules, "sudachipy", None)
    monkeypatch.setattr(words, "_here", type(words._here)())
    words._dictionary.cache_clear()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ﾐﾎﾝ ﾊﾅｺ", "みほん　はなこ"),
        ("ＳＮＳ", "sns"),
        ("桜木１－２－３", "桜木1ー2ー3"),
        ("桜木1‐2−3", "桜木 1-2-3"),
        ("コーヒー", "こーひー"),
        ("神谷", "神谷"),
    ],
)
def test_spellings_that_mean_the_same_are_the_same(one: str, other: str) -> None:
    assert folding.fold(one) == folding.fold(other)


def test_the_long_vowel_sign_is_no_dash_in_a_word() -> None:
    assert folding.fold("コーヒー") != folding.fold("コ-ヒ-")


def test_fragments_are_pairs_inside_words_and_never_hiragana() -> None:
    found = {value for _, value in terms.fragments("放置自転車が、ごみ屋敷の前に。2DKの部屋")}
    assert found == {"放置", "置自", "自転", "転車", "屋敷", "2d", "dk", "部屋"}


def test_words_are_found_in_their_dictionary_form_without_grammar() -> None:
    assert {"逃ゲル", "dv"} <= words.words_of("DVから逃げたい")
    assert "カラ" not in words.words_of("DVから逃げたい")
    assert words.asked_words("夜中に出ていく") == {"夜中", "出ル"}
    assert words.asked_words("いく") == {"行ク"}


def test_whatever_is_typed_is_a_question() -> None:
    for typed in ("", " ", "%_'\"\\", "\0", "あ" * 9000, "😀", "。。。", "𠮷野", "ー"):
        question = Question(typed)
        assert list(question.sure()) is not None
        assert list(question.unsure()) is not None


@given(st.text(max_size=40), st.text(max_size=40), st.text(min_size=1, max_size=12))
def test_a_fragment_of_a_name_always_has_all_its_pieces(before: str, after: str, typed: str) -> None:
    """Nothing that stands in a name is missed: its pieces are a part of the name's."""
    folded = folding.fold(typed)
    name = folding.fold(f"{before}{typed}{after}")
    if folded and folded in name:
        assert set(folding.pieces(folded)) <= {*name, *folding.pieces(name)}


def test_numbers_hang_on_the_key_and_on_what_they_are_for(settings: Any) -> None:
    one = terms.ring().current
    both = [("w", "介護"), ("n", "介護")]
    assert len(terms.numbers(both, one)) == 2
    settings.PORTAL_SEARCH_KEYS = f"other:{'0d' * 32}"
    assert not set(terms.numbers(both, one)) & set(terms.numbers(both, terms.ring().current))
    assert all(-(2**63) <= number < 2**63 for number in terms.numbers(both, one))


def test_without_the_dictionary_the_rest_is_indexed_and_the_row_says_so(without_dictionary: None) -> None:
    findable = Findable(
        number="S-7K4M-925W", texts=("母の物忘れ",), names=("見本 花子",), telephones=("043-000-7788",)
    )
    found, is_whole = terms.terms_of(findable, terms.ring().current)
    assert not is_whole
    assert set(terms.numbers({(terms.NAME, "花子"), (terms.FRAGMENT, "物忘")}, terms.ring().current)) <= set(
        found
    )
    assert not list(Question("物忘れ").sure())
    assert list(Question("物忘れ").unsure())


def test_with_the_dictionary_the_row_is_whole() -> None:
    words._dictionary.cache_clear()
    found, is_whole = terms.terms_of(Findable(texts=("母の物忘れ",)), terms.ring().current)
    assert is_whole
    assert set(terms.numbers({(terms.WORD, "物忘レ")}, terms.ring().current)) <= set(found)
