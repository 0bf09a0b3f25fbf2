"""The gate: the one place that says which amount of a line is public."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, When
from django.db.models.functions import Now

from regional_issues.budget.enums import OPENED_BY

if TYPE_CHECKING:  # named in the bases below, in quotes
    from regional_issues.budget.models import BudgetLine  # noqa: F401


class BudgetLineQuerySet(models.QuerySet["BudgetLine"]):
    def published(self) -> Any:
        """Lines with at least one public amount, each as `public_<column>`: NULL until its own stage is published."""
        gated = self.annotate(
            **{f"{amount.value}_is_open": _is_open(kind) for amount, kind in OPENED_BY.items()}
        )
        gated = gated.annotate(
            **{
                f"public_{amount.value}": Case(
                    When(**{f"{amount.value}_is_open": True}, then=F(amount.value))
                )
                for amount in OPENED_BY
            }
        )
        some = models.Q()
        for amount in OPENED_BY:
            some |= models.Q(**{f"public_{amount.value}__isnull": False})
        return gated.filter(some)


def _is_open(kind: str) -> Exists:
    from regional_issues.budget.models import BudgetStage

    return Exists(BudgetStage.objects.filter(year=OuterRef("year"), kind=kind, published_at__lte=Now()))
