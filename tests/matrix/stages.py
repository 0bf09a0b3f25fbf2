"""The shape of a stage: one row of an object, made through the portal's own verbs, and who stands to it in which relation.

`stands` is written by hand, name by name. It is the oracle: what the policy grants in a relation, these people must be
able to do with this row, and nobody else.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from chiba_ward.access.actor import Actor
from chiba_ward.compartments import services as compartments
from tests.matrix import actors

Names = frozenset[str]


@dataclass
class World:
    """What the stages have made so far: the key of each row by its name, the words that betray it, files."""

    keys: dict[str, int] = field(default_factory=dict)
    rows: dict[tuple[str, str], Any] = field(default_factory=dict)
    seen_as: dict[str, Actor] = field(default_factory=dict)
    rooms: frozenset[int] = frozenset()
    """Every compartment, once the city stands: nothing makes another one that is not undone."""

    def everywhere(self) -> AbstractContextManager[None]:
        """Looking at rows wherever they lie, as none of the people could."""
        return compartments.opened(self.rooms, reason="the matrix looks")

    def by(self, name: str) -> Actor:
        """The person of the table, for the verbs that make a stage."""
        if name not in self.seen_as:
            self.seen_as[name] = actors.actor(name, self.keys)
        return self.seen_as[name]

    def row(self, object_name: str, stage: str) -> Any:
        """The row as it stands in the database now, wherever it lies."""
        model, pk = self.rows[object_name, stage]
        with self.everywhere():
            return model._default_manager.get(pk=pk)


@dataclass(frozen=True)
class Stage:
    """`readers`: who sees the row on a page of something else, where the object has no right to read of its own.
    `still`: the rights that the end of the row leaves to those who stand to it; None while it has not ended.
    `parts`: for each part of the object, the word that stands in it and nowhere else."""

    object_name: str
    name: str
    make: Callable[[World, "Stage"], Any]
    stands: Mapping[str, Names] = field(default_factory=dict)
    readers: Names = frozenset()
    still: frozenset[str] | None = None
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def canary(self) -> str:
        """A word that stands in this row and nowhere else."""
        return canary_of(self.object_name, self.name)

    def stands_in(self, person: str, relations: tuple[str, ...]) -> bool:
        return any(relation == "always" or person in self.stands.get(relation, ()) for relation in relations)

    def leaves(self, right: str) -> bool:
        return self.still is None or right in self.still


def canary_of(object_name: str, name: str) -> str:
    """The same in every process, and no word of any language."""
    return f"Q{int.from_bytes(f'{object_name} {name}'.encode(), 'big') % 9_999_999_967:010d}Z"


def note_of(object_name: str, name: str) -> str:
    """What the house wrote to itself about this row."""
    return f"N{canary_of(object_name, name)}"


def setting(*stages: Stage) -> dict[str, Stage]:
    """The stages of one object by name, in the order in which they are made."""
    return {stage.name: stage for stage in stages}
