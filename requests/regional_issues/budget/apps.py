from django.apps import AppConfig


class RegionalBudgetConfig(AppConfig):
    name = "regional_issues.budget"
    label = "regional_budget"
    verbose_name = "予算の段階"
