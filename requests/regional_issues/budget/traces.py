"""What stands behind a line: packages above fill this from their `registrations.py`."""

from collections.abc import Callable
from dataclasses import dataclass

from regional_issues.budget.models import BudgetLine
from regional_issues.origins import Word


@dataclass(frozen=True)
class Origin:
    """A request or a project behind a line, and the residents' words behind it."""

    kind: str
    title: str
    url: str
    is_public: bool
    words: tuple[Word, ...] = ()


Tracer = Callable[[BudgetLine], list[Origin]]
_tracers: list[Tracer] = []


def register(tracer: Tracer) -> None:
    """From `AppConfig.ready`; twice counts once."""
    if tracer not in _tracers:
        _tracers.append(tracer)


def origins_of(line: BudgetLine) -> list[Origin]:
    return [origin for tracer in _tracers for origin in tracer(line)]
