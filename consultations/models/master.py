"""Rows a ward edits: fields, topics in plain words, phrases that raise the urgency, grounds of the law."""

from django.db import models

from chiba_ward.casework.enums import Urgency
from chiba_ward.directory.models import Verified
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


class LegalGround(Verified):
    """同意によらない根拠: what lets an excerpt be handed over without consent (個人情報保護法69条, 社会福祉法106条の6)."""

    code = models.SlugField("コード", unique=True)
    name = models.CharField("名称", max_length=80)
    law = models.CharField("条文・取り決め", max_length=200)
    sentence = models.CharField(
        "印字する文", max_length=300, help_text="つなぎ票に印字し、受け取る人が読みます。"
    )
    order = models.PositiveSmallIntegerField("並び順", default=100)
    is_active = models.BooleanField("使用中", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "同意によらない根拠"
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def words(self) -> str:
        """As it is printed on the つなぎ票."""
        return f"{self.name}（{self.law}）。{self.sentence}"
