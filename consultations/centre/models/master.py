"""Rows that a city edits: what the centre is called from when, and how often an entry is evaluated."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from chiba_ward.directory.models import Dated, Verified, Ward
from chiba_ward.directory.models.base import ends_after_start, validity
from consultations.centre.enums import Category

EVERY_WARD = 0
LONGEST_INTERVAL = 12


class CentreName(Verified, Dated):
    """The name of the centre during a span of days (児童福祉法10条の2). A row of one ward goes before that of all."""

    ward = models.ForeignKey(
        Ward,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="区",
        related_name="+",
        help_text="空欄は、すべての区。",
    )
    name = models.CharField("名称", max_length=60)
    law = models.CharField("法的な根拠", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "こども家庭の拠点の名称"
        ordering = ["-valid_from", "id"]
        constraints = [
            ExclusionConstraint(
                name="centre_one_name_a_day",
                expressions=[
                    (Coalesce("ward_id", EVERY_WARD), RangeOperators.EQUAL),
                    (validity("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="同じ日に二つの名称は持てません。前の名称の終了日を先に入れてください。",
            ),
            ends_after_start("centre_name_from_before_to"),
        ]

    def __str__(self) -> str:
        return self.name


class EvaluationInterval(Verified):
    """After how many months an entry of this 区分 is evaluated again, unless somebody chooses a day (概ね3か月)."""

    category = models.CharField("区分", max_length=12, choices=Category, unique=True)
    months = models.PositiveSmallIntegerField("次の評価まで（月）")

    class Meta:
        verbose_name = verbose_name_plural = "評価の間隔"
        ordering = ["category"]
        constraints = [
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=LONGEST_INTERVAL),
                name="evaluation_within_a_year",
                violation_error_message="評価の間隔は、1か月から12か月までにしてください。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_category_display()} {self.months}か月"
