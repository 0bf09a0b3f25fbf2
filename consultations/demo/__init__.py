"""The demo city: plainly invented people for every role and a year of consultations in every state."""

from collections.abc import Callable

_more: list[Callable[[], int]] = []


def register(load: Callable[[], int]) -> None:
    """A package above has stories of its own: run after ours, with the number of what it made."""
    if load not in _more:
        _more.append(load)


def load_more() -> int:
    return sum(load() for load in _more)
