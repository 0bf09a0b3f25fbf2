"""Stories of the demo city that a module adds to it; `load_demo_city` runs them."""

from collections.abc import Callable

_more: list[Callable[[], int]] = []


def register(load: Callable[[], int]) -> None:
    """From an `AppConfig.ready`: run after the people and the consultations, with the number of what it made."""
    if load not in _more:
        _more.append(load)


def load_more() -> int:
    return sum(load() for load in _more)
