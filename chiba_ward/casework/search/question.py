"""What somebody typed, and the matters it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from chiba_ward.casework import receipt_numbers
from chiba_ward.casework.models import Matter, SearchTerms
from chiba_ward.casework.search import folding, terms, words
from chiba_ward.casework.search.terms import Findable
from chiba_ward.compartments import services as compartments
from chiba_ward.sealed.keyring import Key

LONGEST = 100
MOST_CHECKED = 200
Row = TypeVar("Row", bound=Model)
Words = set[tuple[str, str]]
Reader = Callable[[Sequence[int]], Mapping[int, Findable]]


@dataclass(frozen=True)
class Question:
    """One search. What the index answers surely is found at once; pieces that only might stand together are looked at.

    A word, a begun receipt number, one character of a name, a pair and four digits are sure. A longer fragment is a
    set of pairs, which may stand apart.
    """

    typed: str

    @cached_property
    def text(self) -> str:
        return self.typed.strip()[:LONGEST]

    @cached_property
    def folded(self) -> str:
        return folding.fold(self.text)

    @cached_property
    def digits(self) -> str:
        found = folding.digits(self.text)
        return found if len(found) >= terms.TELEPHONE_PIECE else ""

    # -- as terms

    def sure(self) -> Iterator[Words]:
        """Whoever has all of one set is found."""
        if asked := self._asked_words():
            yield {(terms.WORD, word) for word in asked}
        if len(self.folded) <= 2:
            yield self._name_pieces()
        if self._fragments and not self._must_be_looked_at:
            yield self._fragments
        if len(self.digits) == terms.TELEPHONE_PIECE:
            yield terms.telephone_pieces(self.digits)
        if (begun := self._begun_number) and not self.is_number_too_short:
            yield {(terms.NUMBER, begun)}

    def unsure(self) -> Iterator[Words]:
        """Whoever has all of one set may be meant."""
        if len(self.folded) > 2:
            yield self._name_pieces()
        if self._fragments and self._must_be_looked_at:
            yield self._fragments
        if len(self.digits) > terms.TELEPHONE_PIECE:
            yield terms.telephone_pieces(self.digits)

    @cached_property
    def _begun_number(self) -> str:
        """What was typed as a receipt number is kept; empty where it cannot be the beginning of one."""
        compact = folding.plain(self.text).replace("-", "").replace(" ", "").upper()
        return compact if compact.isascii() and compact.isalnum() else ""

    @property
    def is_number_too_short(self) -> bool:
        """Whether it may be a begun receipt number of which the index does not know so short a piece."""
        return 0 < len(self._begun_number) < terms.SHORTEST_NUMBER

    @cached_property
    def _fragments(self) -> Words:
        return terms.fragments(self.text)

    @property
    def _must_be_looked_at(self) -> bool:
        """More than one pair, or a pair inside a longer text."""
        return len(self.folded) != 2

    def _name_pieces(self) -> Words:
        return {(terms.NAME, piece) for piece in folding.pieces(self.folded)}

    def _asked_words(self) -> set[str]:
        try:
            return words.asked_words(self.text)
        except words.NoWordsError:
            return set()

    # -- as a look at what is written

    def stands_in(self, findable: Findable) -> bool:
        """Whether what was typed stands there in one piece, in any width, kana and spacing, or begins the number."""
        if self._begins(findable.number):
            return True
        if any(self.folded in folding.fold(text) for text in (*findable.texts, *findable.names)):
            return True
        return bool(self.digits) and any(self.digits in folding.digits(one) for one in findable.telephones)

    def _begins(self, number: str) -> bool:
        begun = "" if self.is_number_too_short else self._begun_number
        return bool(begun) and number.replace("-", "").startswith(begun)

    # -- as conditions on the index

    @cached_property
    def is_sure(self) -> Q:
        return _any_of(self.sure())

    @cached_property
    def is_unsure(self) -> Q:
        return _any_of(self.unsure()) & ~self.is_sure


def narrowed(rows: QuerySet[Row], question: Question, read: Reader) -> tuple[QuerySet[Row], bool]:
    """The rows that the question is about, and whether every one of them is sure.

    `rows` are records whose key is that of their matter, already limited to what may be seen. Up to `MOST_CHECKED`
    doubtful ones are opened and looked at here; when there are more, `confirmed` must look at each page.
    """
    if number := _whole_number(question.text):
        return rows.filter(pk__in=Matter.objects.filter(receipt_no=number).values("pk")), True
    index = SearchTerms.objects.order_by()
    doubtful = index.filter(question.is_unsure).values("pk")
    keys = list(rows.filter(pk__in=doubtful).order_by("-pk").values_list("pk", flat=True)[: MOST_CHECKED + 1])
    sealed = _sealed(rows, question, read)
    if len(keys) > MOST_CHECKED:
        maybe = index.filter(question.is_sure | _any_of(question.unsure())).values("pk")
        return rows.filter(Q(pk__in=maybe) | Q(pk__in=sealed)), False
    found = [pk for pk, findable in read(keys).items() if question.stands_in(findable)] if keys else []
    sure = index.filter(question.is_sure | Q(pk__in=found)).values("pk")
    return rows.filter(Q(pk__in=sure) | Q(pk__in=sealed)), True


def _sealed(rows: QuerySet[Row], question: Question, read: Reader) -> list[int]:
    """Those that the index does not know, because they lie in a compartment: opened and looked at, newest first.

    Nothing is asked where no compartment is open.
    """
    if not compartments.is_anything_open():
        return []
    newest = rows.exclude(compartments.outside()).order_by("-pk").values_list("pk", flat=True)
    return [pk for pk, findable in read(list(newest[:MOST_CHECKED])).items() if question.stands_in(findable)]


def confirmed(rows: Sequence[Row], question: Question, read: Reader) -> list[Row]:
    """Those of one page in which what was typed really stands."""
    keys = [row.pk for row in rows]
    sure = set(
        SearchTerms.objects.filter(question.is_sure, pk__in=keys).order_by().values_list("pk", flat=True)
    )
    found = read([pk for pk in keys if pk not in sure])
    return [row for row in rows if row.pk in sure or question.stands_in(found[row.pk])]


def same_as(pairs: Iterable[tuple[str, str]]) -> Q:
    """Index rows that share one of these whole values."""
    wanted = [terms.same(kind, value) for kind, value in pairs]
    return _either(Q(key_id=key.id, terms__overlap=terms.numbers(wanted, key)) for key in terms.ring())


def _any_of(sets: Iterable[Words]) -> Q:
    wanted = [one for one in sets if one]
    return _either(_has(one, key) for one in wanted for key in terms.ring())


def _has(one: Words, key: Key) -> Q:
    return Q(terms__contains=terms.numbers(one, key))


def _either(conditions: Iterable[Q]) -> Q:
    """Nothing fits where there is no condition."""
    found: Any = None
    for condition in conditions:
        found = condition if found is None else found | condition
    return Q(pk__in=[]) if found is None else found


def _whole_number(text: str) -> str:
    """The receipt number, when the text is one that exists."""
    try:
        number = receipt_numbers.parse(text)
    except receipt_numbers.ReceiptNumberError:
        return ""
    return number if Matter.objects.filter(receipt_no=number).exists() else ""
