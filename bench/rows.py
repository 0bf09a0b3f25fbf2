"""The lines that COPY reads: tab between columns, `\\N` where there is nothing; ids are given here, not by PostgreSQL."""

from typing import Any

from django.apps import apps

from chiba_ward.casework import receipt_numbers
from chiba_ward.casework.receipt_numbers import ALPHABET
from chiba_ward.sealed import envelope
from chiba_ward.sealed.fields import SealedField

NULL, YES, NO = "\\N", "t", "f"
STRIDE = 400_000  # ids that one chunk may use in each table
FIRST_ID = 1_000_000
CANDIDATES, SPREAD = 64, 1_234_577  # numbers tried for one case; a step that shares no factor with 25
SPACE = len(ALPHABET) ** 7


def sealed(table: str, column: str, pk: int, text: str) -> str:
    """How a sealed column stands in its row: an envelope for its own place; empty text stays empty bytes."""
    return "\\\\x" + envelope.seal(text, envelope.place(table, column, pk)).hex() if text else ""


def sealed_columns() -> frozenset[tuple[str, str]]:
    """Table and column of whatever the models seal; for the test that the load seals the same."""
    return frozenset(
        field.whereabouts
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, SealedField)
    )


class _Digits:
    """Draws the characters of case `i`'s receipt number: different for every case, the same in every load."""

    def __init__(self, i: int) -> None:
        self._candidate, self._left = i * CANDIDATES, 0
        self._rest = 0

    def choice(self, seq: str, /) -> str:
        if not self._left:
            self._rest, self._left = self._candidate * SPREAD % SPACE, 7
            self._candidate += 1
        self._left -= 1
        self._rest, place = divmod(self._rest, len(seq))
        return seq[place]


def receipt_no(i: int) -> str:
    return receipt_numbers.new("S", _Digits(i))


class Lines:
    """The lines of one chunk, and the next free id of each table."""

    def __init__(self, chunk: int) -> None:
        self.tables: dict[str, list[str]] = {}
        self._first = FIRST_ID + chunk * STRIDE
        self._next: dict[str, int] = {}

    def new_id(self, table: str) -> int:
        number = self._next.get(table, self._first)
        self._next[table] = number + 1
        return number

    def add(self, table: str, *values: Any) -> None:
        self.tables.setdefault(table, []).append("\t".join([str(value) for value in values]))

    def counts(self) -> dict[str, int]:
        return {table: len(lines) for table, lines in self.tables.items()}
