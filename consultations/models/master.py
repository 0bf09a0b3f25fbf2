"""Rows a ward edits: fields, topics in plain words, and phrases that raise the urgency."""

from django.db import models

from chiba_ward.casework.enums import Urgency
from chiba_ward.rows.memory import Remembered
from consultations.enums import Flag


class Field(models.Model):
    """相談種別 as staff confirm it; a case may have several."""

    code = models.SlugField("コード", unique=True)
    name = models.CharField("名称", max_length=40)
    order = models.PositiveSmallIntegerField("並び順", default=100)
    is_hardship = models.BooleanField("生活困窮(申請の意思を確認する)", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "相談分野"
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


class Topic(Remembered):
    """What a resident picks, in plain words. わからない is a topic too."""

    code = models.SlugField("コード", unique=True)
    name = models.CharField("名称", max_length=60)
    name_easy = models.CharField("やさしい日本語", max_length=80)
    name_en = models.CharField("英語", max_length=80)
    hint = models.CharField("例", max_length=160, blank=True)
    hint_easy = models.CharField("例(やさしい日本語)", max_length=160, blank=True)
    hint_en = models.CharField("例(英語)", max_length=160, blank=True)
    fields = models.ManyToManyField(Field, blank=True, verbose_name="分野の目安", related_name="+")
    suggested_routing = models.CharField("振り分けの目安(コード)", max_length=20, blank=True)
    order = models.PositiveSmallIntegerField("並び順", default=100)
    is_active = models.BooleanField("使用中", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "相談の入口(言葉)"
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


class UrgencyWord(Remembered):
    """A phrase that raises, never lowers, the suggested urgency; a human confirms (DOMAIN §9 R1)."""

    phrase = models.CharField("ことば", max_length=60, unique=True)
    urgency = models.CharField("目安の緊急度", max_length=2, choices=Urgency)
    flag = models.CharField("注意", max_length=20, choices=Flag, blank=True)
    is_active = models.BooleanField("使用中", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "緊急度を上げることば"
        ordering = ["urgency", "phrase"]

    def __str__(self) -> str:
        return self.phrase
