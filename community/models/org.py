"""団体台帳: an actor of the neighbourhood, where it is active, what it can lend, and what happened to its entry."""

import datetime as dt
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from chiba_ward.directory.models import Area, Dated, Office, Posting, Town, Ward
from chiba_ward.directory.models.base import ends_after_start, validity
from chiba_ward.directory.querysets import ValidOnQuerySet
from community.enums import Ending, Line, OrgKind, ResourceKind
from community.models.master import ActivityField
from community.querysets import OrgQuerySet

NUMBER = "D-{:05}"


class CommunityOrg(models.Model):
    """One organisation. Where its officers sign in, the name is that of its office, dated there; `own_name` is empty.

    `ward` None is an organisation of the whole city. One that is no more stays readable, with its last name.
    """

    kind = models.CharField("種別", max_length=16, choices=OrgKind)
    own_name = models.CharField("名称", max_length=100, blank=True)
    kana = models.CharField("よみ", max_length=120)
    ward = models.ForeignKey(
        Ward, models.PROTECT, null=True, blank=True, verbose_name="主な区", related_name="+"
    )
    office = models.OneToOneField(
        Office, models.PROTECT, null=True, blank=True, verbose_name="役員の入口", related_name="+"
    )
    fields = models.ManyToManyField(ActivityField, blank=True, verbose_name="活動分野", related_name="+")
    activity = models.CharField("活動の内容", max_length=200, blank=True)
    files_return = models.BooleanField("毎年、現況届を出す", default=True)
    confirmed_on = models.DateField("最終確認日", null=True, blank=True)
    began_on = models.DateField("設立した日", null=True, blank=True)
    ended_on = models.DateField("終わった日（この日から活動なし）", null=True, blank=True)
    ending = models.CharField("終わり方", max_length=12, choices=Ending, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name="合併先", related_name="merged"
    )
    objects = OrgQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "地域の団体"
        ordering = ["kana", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(office__isnull=True) & ~Q(own_name="")) | Q(office__isnull=False, own_name=""),
                name="org_has_one_name",
                violation_error_message="名称を入力してください。入口のある団体の名称は、課・機関の名称（期間別）にあります。",
            ),
            models.CheckConstraint(
                condition=(Q(ended_on__isnull=True, ending="")) | (Q(ended_on__isnull=False) & ~Q(ending="")),
                name="org_ended_in_a_way",
                violation_error_message="終わった日と、終わり方（解散・合併）の両方を入れてください。",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | (Q(ending="merged") & ~Q(merged_into=F("id"))),
                name="org_merged_into_another",
                violation_error_message="合併先は、合併したときだけ、ほかの団体を選んでください。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(began_on__isnull=True) | Q(ended_on__gt=F("began_on")),
                name="org_ended_after_it_began",
                violation_error_message="終わった日は、設立した日より後にしてください。",
            ),
        ]
        indexes = [
            models.Index(fields=["ward", "kana", "id"], name="org_of_ward"),
            models.Index(fields=["kana", "id"], name="org_in_order"),
        ]

    def __str__(self) -> str:
        return self.name_on(timezone.localdate())

    @property
    def number(self) -> str:
        """団体番号, as it stands on paper."""
        return NUMBER.format(self.pk)

    def name_on(self, day: dt.date) -> str:
        return self.office.name_on(day) if self.office else self.own_name

    def is_active_on(self, day: dt.date) -> bool:
        return self.ended_on is None or day < self.ended_on


class OrgPlace(Dated):
    """活動区域: a district or another area, or a single town, during a span of days. An NPO may span wards."""

    org = models.ForeignKey(CommunityOrg, models.CASCADE, verbose_name="団体", related_name="places")
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, verbose_name="地区・圏域", related_name="+"
    )
    town = models.ForeignKey(
        Town, models.PROTECT, null=True, blank=True, verbose_name="町丁", related_name="+"
    )
    objects = ValidOnQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "団体の活動区域"
        ordering = ["org", "valid_from", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(area__isnull=False, town__isnull=True) | Q(area__isnull=True, town__isnull=False),
                name="org_place_is_one",
                violation_error_message="地区か町丁の、どちらか一つを選んでください。",
            ),
            ends_after_start("org_place_from_before_to"),
            *(
                ExclusionConstraint(
                    name=f"org_place_one_{name}_a_day",
                    expressions=[
                        ("org", RangeOperators.EQUAL),
                        (name, RangeOperators.EQUAL),
                        (validity("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                    ],
                    condition=Q(**{f"{name}__isnull": False}),
                    violation_error_message="この区域は、同じ期間にすでに登録されています。",
                )
                for name in ("area", "town")
            ),
        ]

    def __str__(self) -> str:
        return str(self.area or self.town)


class CommunityResource(models.Model):
    """地域資源 that the organisation can lend: a hall, a tent, people with time. Never the name of a person."""

    org = models.ForeignKey(CommunityOrg, models.CASCADE, verbose_name="団体", related_name="resources")
    kind = models.CharField("種類", max_length=8, choices=ResourceKind)
    text = models.CharField("内容", max_length=200)
    since = models.DateField("登録した日", default=timezone.localdate)
    ended_on = models.DateField("使えなくなった日", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "地域資源"
        ordering = ["org", "kind", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="resource_says_what_it_is",
                violation_error_message="内容を入力してください。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.text}"


class OrgLine(models.Model):
    """A line of the entry's history. `detail` names a thing, a day or a post; never a person, a number or an address."""

    org = models.ForeignKey(CommunityOrg, models.CASCADE, verbose_name="団体", related_name="lines")
    kind = models.CharField("できごと", max_length=16, choices=Line)
    detail = models.CharField("内容", max_length=200, blank=True)
    by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="だれが", related_name="+"
    )
    at = models.DateTimeField("日時", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "団体台帳の履歴"
        ordering = ["-at", "-id"]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.detail}"
