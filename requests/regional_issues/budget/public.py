"""What anybody may know of a line. Every public output takes this and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass

from regional_issues.budget.models import BudgetLine
from regional_issues.budget.querysets import BudgetLineQuerySet


@dataclass(frozen=True)
class PublicLine:
    """Amounts in yen; None: not known or not yet public."""

    pk: int
    fiscal_year: int
    name: str
    bureau: str
    ward: str
    requested_yen: int | None
    assessed_yen: int | None
    budgeted_yen: int | None
    executed_yen: int | None


def public_lines(lines: BudgetLineQuerySet | None = None) -> Iterator[PublicLine]:
    found = BudgetLine.objects.all() if lines is None else lines
    for line in found.published().select_related("year", "bureau", "ward"):
        yield PublicLine(
            line.pk,
            line.year.fiscal_year,
            line.name,
            str(line.bureau),
            str(line.ward or ""),
            line.public_requested_yen,
            line.public_assessed_yen,
            line.public_budgeted_yen,
            line.public_executed_yen,
        )
