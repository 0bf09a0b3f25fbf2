"""Rows that a city edits: on what law a meeting stands, and what binds its members to secrecy."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from chiba_ward.directory.models import Verified
from consultations.support.enums import MeetingKind


class MeetingRule(Verified):
    """The words of the law for one kind of meeting, as they are printed (PEERS J6)."""

    kind = models.CharField("会議の種類", max_length=24, choices=MeetingKind, unique=True)
    basis = models.CharField("法的な根拠", max_length=200)
    duty = models.CharField("守秘義務", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "会議の根拠"
        ordering = ["kind"]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class DutyGround(Verified):
    """守秘義務の根拠 of a member: somebody without one is no member (社会福祉法106条の6)."""

    code = models.SlugField("コード", unique=True)
    name = models.CharField("名称", max_length=120)
    law = models.CharField("条文・取り決め", max_length=200)
    kinds = ArrayField(models.CharField(max_length=24, choices=MeetingKind), verbose_name="使える会議")
    order = models.PositiveSmallIntegerField("並び順", default=100)
    is_active = models.BooleanField("使用中", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "守秘義務の根拠"
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name
