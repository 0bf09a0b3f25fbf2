"""A line of the budget with four amounts in yen. NULL: not known yet; 0: nothing."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from chiba_ward.directory.models import Office, Posting, Ward
from regional_issues.budget.enums import Amount
from regional_issues.budget.models.year import BudgetYear
from regional_issues.budget.querysets import BudgetLineQuerySet


class BudgetLine(models.Model):
    year = models.ForeignKey(BudgetYear, models.PROTECT, verbose_name="年度", related_name="lines")
    name = models.CharField("事業名", max_length=120)
    bureau = models.ForeignKey(Office, models.PROTECT, verbose_name="局", related_name="+")
    ward = models.ForeignKey(Ward, models.PROTECT, null=True, blank=True, verbose_name="区", related_name="+")
    requested_yen = models.BigIntegerField("予算要求額（円）", null=True, blank=True)
    assessed_yen = models.BigIntegerField("査定額（円）", null=True, blank=True)
    budgeted_yen = models.BigIntegerField("予算額（円）", null=True, blank=True)
    executed_yen = models.BigIntegerField("執行額（円）", null=True, blank=True)
    objects = BudgetLineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "予算の事業"
        ordering = ["year", "name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(**{f"{amount.value}__isnull": True}) | Q(**{f"{amount.value}__gte": 0}),
                name=f"budget_line_{amount.value}_not_negative",
                violation_error_message=f"{amount.label}は、0円以上で入力してください。",
            )
            for amount in Amount
        ]

    def __str__(self) -> str:
        return self.name


class AmountEntry(models.Model):
    """One change of one amount; NULL is "not known"."""

    line = models.ForeignKey(BudgetLine, models.PROTECT, verbose_name="事業", related_name="entries")
    amount = models.CharField("金額の種類", max_length=16, choices=Amount)
    before_yen = models.BigIntegerField("前の額（円）", null=True)
    after_yen = models.BigIntegerField("後の額（円）", null=True)
    by = models.ForeignKey(Posting, models.PROTECT, verbose_name="入力した人", related_name="+")
    at = models.DateTimeField("日時", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "予算の金額の記録"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.line} {self.get_amount_display()}"
