"""Rows that a city edits: fields of activity, and when the 現況届 is written and due."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from chiba_ward.directory.models import Verified

MONTH = [MinValueValidator(1), MaxValueValidator(12)]
DAY = [MinValueValidator(1), MaxValueValidator(28)]


class ActivityField(Verified):
    """活動分野 of an organisation."""

    name = models.CharField("活動分野", max_length=40, unique=True)
    order = models.PositiveSmallIntegerField("並び順", default=100)
    is_active = models.BooleanField("使用中", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "団体の活動分野"
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


class ReturnRule(Verified):
    """From when to when a 現況届 of a fiscal year is written: month and day, from a fiscal year on until another row."""

    from_year = models.PositiveSmallIntegerField(
        "適用する年度（この年度から）",
        unique=True,
        help_text="西暦。例 2026（令和8年度）",
        validators=[MinValueValidator(2000), MaxValueValidator(2100)],
    )
    opens_month = models.PositiveSmallIntegerField("受付開始（月）", validators=MONTH)
    opens_day = models.PositiveSmallIntegerField("受付開始（日）", validators=DAY)
    due_month = models.PositiveSmallIntegerField("提出期限（月）", validators=MONTH)
    due_day = models.PositiveSmallIntegerField("提出期限（日）", validators=DAY, help_text="28日まで。")

    class Meta:
        verbose_name = verbose_name_plural = "現況届の受付期間"
        ordering = ["-from_year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_month__range=(1, 12), due_month__range=(1, 12))
                & Q(opens_day__range=(1, 28), due_day__range=(1, 28)),
                name="return_rule_real_days",
                violation_error_message="月は1から12、日は1から28までにしてください。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_year}年度から {self.due_month}月{self.due_day}日"
