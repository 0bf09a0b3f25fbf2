"""How a right is asked for over HTTP: the address of a door for a row, a valid payload, and how success is known.

A door without a probe fails `test_complete`. `prepare` puts the row into a state in which the act is possible, inside
the savepoint of the cell: whether the state allows it is the business of other tests, who may is the business here.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from tests.matrix.stages import Stage, World

CANARY, NUMBER = "canary", "number"
Path = Callable[["Asked"], str]
Data = Callable[["Asked"], dict[str, Any]]


@dataclass(frozen=True)
class Asked:
    """One person before one row: what addresses and payloads are made of."""

    world: World
    stage: Stage | None
    row: Any
    person: str

    @property
    def actor(self) -> Any:
        return self.world.by(self.person)


def nothing(asked: Asked) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Probe:
    """`post` is the payload of a POST; without it the door is asked by GET, and an answer shows the row's canary.

    `only`: the stages at which success can be expected, where that is not every one in the relation.
    `refused`: where a page that is open to everybody leads whoever has no right to this row; others answer 404.
    `says`: by what a page that shows the row is known: its canary, or the receipt number where residents read no more.
    `shows`: False for an answer that says nothing of the row (a file, a form). `own_row_only`: the address names no row,
    the key of the browser does. `from_form`: the payload is what the page's own form holds. `answers`: of a GET.
    `leads_to`, `tells`: of a POST that may write nothing: where success leads, or that the page itself is the answer.
    """

    path: Path
    post: Data | None = None
    prepare: Callable[[Asked], object] | None = None
    only: Collection[str] = ()
    refused: Collection[str] = ()
    shows: bool = True
    says: str = CANARY
    own_row_only: bool = False
    answers: frozenset[int] = frozenset({200})
    from_form: bool = False
    is_throttled: bool = False
    leads_to: Collection[str] = ()
    tells: bool = False

    @property
    def method(self) -> str:
        return "GET" if self.post is None else "POST"


def is_collection(probe: Probe) -> bool:
    """A door that is about no row in particular."""
    return getattr(probe.path, "is_collection", False)


def collection(path: str) -> Path:
    """The address of a list or of something new."""

    def found(asked: Asked) -> str:
        return path

    found.is_collection = True  # type: ignore[attr-defined]  # a mark on the function, read above
    return found
