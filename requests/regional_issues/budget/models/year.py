"""A budget year and its stages; deadlines are rows, for they move from year to year."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from chiba_ward.directory.models import Office, Posting, Verified
from regional_issues.budget.enums import StageAct, StageKind


class BudgetYear(models.Model):
    """`fiscal_year` is the western year in which it begins: 2027 is 令和9年度."""

    fiscal_year = models.PositiveSmallIntegerField("年度（西暦）", unique=True)
    is_current = models.BooleanField("いま編成している年度", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "予算の年度"
        ordering = ["-fiscal_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"],
                condition=Q(is_current=True),
                name="budget_year_one_current",
                violation_error_message="いま編成している年度は、一つだけです。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year}年度"


class BudgetStage(Verified):
    """`owner_office` records and publishes it."""

    year = models.ForeignKey(BudgetYear, models.PROTECT, verbose_name="年度", related_name="stages")
    kind = models.CharField("段階", max_length=16, choices=StageKind)
    deadline = models.DateField("期限")
    owner_office = models.ForeignKey(Office, models.PROTECT, verbose_name="公表する所属", related_name="+")
    published_at = models.DateTimeField("公表した日時", null=True, blank=True)
    published_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="公表した人", related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "予算の段階"
        ordering = ["year", "deadline", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "kind"],
                name="budget_stage_once_a_year",
                violation_error_message="この年度のこの段階は、すでにあります。",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="budget_stage_published_by_somebody",
                violation_error_message="公表した日時と公表した人は、そろえて記録してください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.get_kind_display()}"


class StageEntry(models.Model):
    """What was done with a stage: a withdrawal stays readable with its reason (PEERS §3-6)."""

    stage = models.ForeignKey(BudgetStage, models.PROTECT, verbose_name="段階", related_name="entries")
    act = models.CharField("したこと", max_length=12, choices=StageAct)
    reason = models.CharField("理由", max_length=400, blank=True)
    by = models.ForeignKey(Posting, models.PROTECT, verbose_name="した人", related_name="+")
    at = models.DateTimeField("日時", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "予算の段階の記録"
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(act=StageAct.WITHDRAWN) | ~Q(reason=""),
                name="stage_entry_withdrawn_with_reason",
                violation_error_message="取り下げる理由を入力してください。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.get_act_display()}"
