from regional_issues.budget.models.line import AmountEntry, BudgetLine
from regional_issues.budget.models.year import BudgetStage, BudgetYear, StageEntry

__all__ = ["AmountEntry", "BudgetLine", "BudgetStage", "BudgetYear", "StageEntry"]
