"""Rows that a city edits: what is looked at before anything is passed on, why matches fail, how long things take."""

from django.db import models
from django.db.models import Q

from chiba_ward.directory.models import Verified
from community.matching.enums import FailureKind, RuleKey


class CheckItem(Verified):
    """One question of the check (公序・営利・宗教・政治), answered for each entry before it is open."""

    name = models.CharField("確かめること", max_length=40, unique=True)
    question = models.CharField("問い", max_length=200)
    order = models.PositiveSmallIntegerField("並び順", default=100)
    is_active = models.BooleanField("使用中", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "マッチングで確かめること"
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


class FailureReason(Verified):
    """Why nothing came of it. `kind` is what it counts as, so that a reworded row keeps the series."""

    name = models.CharField("不成立の理由", max_length=60, unique=True)
    kind = models.CharField("数え方", max_length=10, choices=FailureKind)
    order = models.PositiveSmallIntegerField("並び順", default=100)
    is_active = models.BooleanField("使用中", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "マッチングの不成立の理由"
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


class MatchingRule(Verified):
    """How many days something takes."""

    key = models.CharField("何の日数か", max_length=12, choices=RuleKey, unique=True)
    days = models.PositiveSmallIntegerField("日数")

    class Meta:
        verbose_name = verbose_name_plural = "マッチングの日数"
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(days__range=(1, 730)),
                name="matching_rule_some_days",
                violation_error_message="日数は1から730までにしてください。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_key_display()} {self.days}日"
