"""Where: wards, towns, the areas the city is divided into, postal codes (DOMAIN §2)."""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models

from chiba_ward.directory.enums import AreaKind
from chiba_ward.directory.models.base import Dated, Verified, ends_after_start, validity
from chiba_ward.directory.querysets import ValidOnQuerySet


class Ward(Verified):
    """An administrative ward: not a municipality, no tenant (DOMAIN §1 finding 5)."""

    code = models.CharField("団体コード", max_length=6, unique=True)
    slug = models.SlugField("識別子", unique=True)
    name = models.CharField("区名", max_length=20)
    kana = models.CharField("よみ", max_length=40)
    name_en = models.CharField("英語名", max_length=40)
    order = models.PositiveSmallIntegerField("並び順")
    population = models.PositiveIntegerField("人口", null=True, blank=True)
    population_on = models.DateField("人口の時点", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "区"
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class Area(Verified, Dated):
    """One part of one partition of the city: a district, a care zone, a school area…"""

    kind = models.CharField("区分", max_length=20, choices=AreaKind)
    ward = models.ForeignKey(
        Ward, models.PROTECT, null=True, blank=True, verbose_name="区", related_name="areas"
    )
    name = models.CharField("名称", max_length=80)
    objects = ValidOnQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "地区・圏域"
        ordering = ["kind", "ward", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "ward", "name", "valid_from"],
                name="area_unique",
                nulls_distinct=False,
                violation_error_message="同じ区に同じ名前の地区・圏域が登録されています。",
            ),
            ends_after_start("area_from_before_to"),
        ]

    def __str__(self) -> str:
        return self.name


class Town(Verified, Dated):
    """A 町丁."""

    ward = models.ForeignKey(Ward, models.PROTECT, verbose_name="区", related_name="towns")
    name = models.CharField("町丁名", max_length=80)
    kana = models.CharField("よみ", max_length=120, blank=True)
    objects = ValidOnQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "町丁"
        ordering = ["ward", "kana", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "name", "valid_from"],
                name="town_unique",
                violation_error_message="同じ区に同じ名前の町丁が登録されています。",
            ),
            ends_after_start("town_from_before_to"),
        ]

    def __str__(self) -> str:
        return f"{self.ward.name}{self.name}"


class AreaTown(Verified, Dated):
    """A town belongs to at most one area of each kind on any day."""

    area = models.ForeignKey(Area, models.CASCADE, verbose_name="地区・圏域", related_name="memberships")
    town = models.ForeignKey(Town, models.CASCADE, verbose_name="町丁", related_name="memberships")
    kind = models.CharField("区分", max_length=20, choices=AreaKind, editable=False)
    objects = ValidOnQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "地区・圏域に含まれる町丁"
        ordering = ["area", "town"]
        constraints = [
            ExclusionConstraint(
                name="area_town_one_per_kind",
                expressions=[
                    ("town", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (validity("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="この町丁は、同じ期間に同じ種類の別の地区に含まれています。",
            ),
            ends_after_start("area_town_from_before_to"),
        ]
        # The copy exists only for the exclusion constraint, so whatever wrote the row, it is the area's.
        triggers = [
            pgtrigger.Trigger(
                name="area_town_kind",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="SELECT kind INTO NEW.kind FROM directory_area WHERE id = NEW.area_id; RETURN NEW;",
            )
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.town}"

    def clean(self) -> None:
        super().clean()
        if self.area_id:
            self.kind = self.area.kind


class PostalCode(models.Model):
    """A postal code leads to a ward and, where it is unambiguous, to a town."""

    code = models.CharField("郵便番号", max_length=7)
    ward = models.ForeignKey(Ward, models.CASCADE, verbose_name="区", related_name="postal_codes")
    town_name = models.CharField("町域名", max_length=120, blank=True)
    town = models.ForeignKey(Town, models.SET_NULL, null=True, blank=True, verbose_name="町丁")

    class Meta:
        verbose_name = verbose_name_plural = "郵便番号"
        ordering = ["code", "town_name"]
        constraints = [
            models.UniqueConstraint(fields=["code", "ward", "town_name"], name="postal_code_unique")
        ]

    def __str__(self) -> str:
        return f"〒{self.code[:3]}-{self.code[3:]} {self.town_name}"
