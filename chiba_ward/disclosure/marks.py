"""What a person is recognised by, as numbers that say nothing without the search key (ADR 0014): whole values alone.

The same marks are made of what a matter holds, so that a restriction is found in matters filed before it and after it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from chiba_ward.casework.search import folding, terms
from chiba_ward.sealed.keyring import Key

SHORTEST_NAME = 3
SHORTEST_READING = 5
SHORTEST_PHONE = 9


@dataclass(frozen=True)
class Known:
    """What is known of one person where something is about to leave. `matter` is the id of the matter it stands in."""

    name: str = ""
    kana: str = ""
    phone: str = ""
    address: str = ""
    known_as: str = ""
    matter: int | None = None

    def words(self) -> set[tuple[str, str]]:
        """Kind and value of each mark. A name of two signs or a short reading is too common to tell a person by."""
        names = {folding.fold(name) for name in (self.name, self.known_as)}
        found = {("hold name", name) for name in names if len(name) >= SHORTEST_NAME}
        if len(kana := folding.fold(self.kana)) >= SHORTEST_READING:
            found.add(("hold kana", kana))
        if len(phone := folding.digits(self.phone)) >= SHORTEST_PHONE:
            found.add(("hold phone", phone))
        if folding.digits(self.address):
            found.add(("hold address", folding.fold(self.address)))
        if self.matter is not None:
            found.add(("hold matter", str(self.matter)))
        return found


def marks_of(known: Known, key: Key | None = None) -> list[int]:
    return terms.numbers(known.words(), key or terms.ring().current)


def asked_of(people: Iterable[Known]) -> list[int]:
    """Under every key of the ring: a restriction written under an older key is found until it is written anew."""
    words = {word for one in people for word in one.words()}
    return sorted({number for key in terms.ring() for number in terms.numbers(words, key)})
