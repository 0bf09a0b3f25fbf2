"""The row that says after how many days without a visit a district is shown in red."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from chiba_ward.directory.models import Verified


class VisitRule(Verified):
    """From a day on until another row: so many days without a visit count as a gap (DOMAIN §5 2-2 e: 90日)."""

    from_day = models.DateField("この日から", unique=True)
    days = models.PositiveSmallIntegerField(
        "訪問のない日数", validators=[MinValueValidator(1), MaxValueValidator(730)]
    )

    class Meta:
        verbose_name = verbose_name_plural = "地域担当の訪問の間隔"
        ordering = ["-from_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(days__range=(1, 730)),
                name="visit_rule_real_days",
                violation_error_message="日数は1から730までにしてください。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_day}から {self.days}日"
