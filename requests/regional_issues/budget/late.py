"""Who still owes something at a stage: packages above fill this from their `registrations.py`."""

from collections.abc import Callable
from dataclasses import dataclass

from chiba_ward.directory.models import Office
from regional_issues.budget.enums import StageKind
from regional_issues.budget.models import BudgetYear


@dataclass(frozen=True)
class Owed:
    """`count` things are still missing from `office`."""

    office: Office
    count: int
    url: str


Debts = Callable[[BudgetYear], list[Owed]]
_debts: list[tuple[StageKind, Debts]] = []


def owes(kind: StageKind, debts: Debts) -> None:
    """From `AppConfig.ready`; twice counts once."""
    if (kind, debts) not in _debts:
        _debts.append((kind, debts))


def owed_at(kind: StageKind, year: BudgetYear) -> list[Owed]:
    return [owed for of, debts in _debts if of == kind for owed in debts(year)]
