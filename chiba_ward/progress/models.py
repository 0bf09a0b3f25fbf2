"""Numbers counted from the modules, kept with the moment and the definition they were counted by."""

from django.db import models
from django.utils import timezone

from chiba_ward.directory.models import Ward


class IndicatorValue(models.Model):
    """One value of one indicator for one ward over one span of days. Empty `value` = not measured."""

    indicator = models.CharField("指標", max_length=60)
    version = models.PositiveSmallIntegerField("定義の版")
    ward = models.ForeignKey(Ward, models.PROTECT, null=True, blank=True, verbose_name="区", related_name="+")
    period_from = models.DateField("期間(から)")
    period_to = models.DateField("期間(まで、この日を含む)")
    value = models.DecimalField("値", max_digits=14, decimal_places=4, null=True, blank=True)
    numerator = models.PositiveIntegerField("分子", null=True, blank=True)
    denominator = models.PositiveIntegerField("分母", null=True, blank=True)
    as_of = models.DateTimeField("集計した時点", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "指標の値"
        ordering = ["indicator", "ward", "-period_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "version", "ward", "period_from", "period_to"],
                name="indicator_value_unique",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.ward_id} {self.value}"
