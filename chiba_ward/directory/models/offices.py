"""Sections, bureaus, agencies and associations, the names they bore, and the numbers to call at once."""

import datetime as dt
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from pghistory import track

from chiba_ward.directory import names
from chiba_ward.directory.enums import OfficeKind
from chiba_ward.directory.models.base import Dated, Verified, ends_after_start, validity
from chiba_ward.directory.models.calendars import Calendar
from chiba_ward.directory.models.places import Area, Ward
from chiba_ward.directory.querysets import OfficeQuerySet, ValidOnQuerySet
from chiba_ward.rows.memory import Remembered


class Office(Remembered):
    """The lasting identity of a section, bureau, agency or association; its names are `OfficeVersion`s."""

    code = models.CharField("コード", max_length=40, unique=True, help_text="例 wakaba-kodomo")
    routing_code = models.CharField("振り分けコード", max_length=20, blank=True, db_index=True)
    kind = models.CharField("種別", max_length=20, choices=OfficeKind)
    ward = models.ForeignKey(
        Ward, models.PROTECT, null=True, blank=True, verbose_name="区", related_name="offices"
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name="上位", related_name="children"
    )
    calendar = models.ForeignKey(Calendar, models.PROTECT, verbose_name="開庁カレンダー")
    zones = models.ManyToManyField(Area, blank=True, verbose_name="受け持ち区域", related_name="offices")
    served_wards = models.ManyToManyField(
        Ward,
        blank=True,
        verbose_name="受け持ちの区",
        related_name="served_by",
        help_text="区に属さない機関だけ。空欄は全市。",
    )
    is_triage_desk = models.BooleanField("区の分からない相談・未振分の相談を受ける", default=False)
    is_need_to_know = models.BooleanField(
        "担当者以外は理由を書いて開く",
        default=False,
        help_text="同じ課の人でも、担当者・同じ職・代理・所属長のほかは、開く前に理由を書きます。担当が決まるまでは課の全員が開けます。",
    )
    escalates_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="引き受け手がないときの上申先",
        related_name="+",
    )
    notify_email = models.EmailField("通知先(内容は送らない)", blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="廃止後に仕事を引き継ぐ課",
        related_name="predecessors",
    )
    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "課・機関"
        ordering = ["ward", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | ~Q(successor=F("id")),
                name="office_not_its_own_successor",
                violation_error_message="課は、自分自身には引き継げません。ほかの課を選んでください。",
            )
        ]

    def __str__(self) -> str:
        return self.name_on(timezone.localdate())

    def name_on(self, day: dt.date) -> str:
        """The name it bore that day: a record of March prints March's name (C12).

        Of an office that is no more, the last name; of one that was not yet there, the first.
        """
        version = self.version_on(day) or self._nearest_version(day)
        return version.name if version else self.code

    def spoken_on(self, day: dt.date, language: str | None = None) -> str:
        """The same in the language of the reader, as far as it has a name there."""
        version = self.version_on(day) or self._nearest_version(day)
        in_english = (language or get_language() or "ja").startswith("en")
        return version.name_en if in_english and version and version.name_en else self.name_on(day)

    def words_on(self, day: dt.date, key: str = "office") -> dict[str, Any]:
        """For a line of the timeline: `office`, and `office_en` where it has an English name."""
        english = self.spoken_on(day, "en")
        return {key: self.name_on(day), f"{key}_en": english}

    def exists_on(self, day: dt.date) -> bool:
        return self.version_on(day) is not None

    def _nearest_version(self, day: dt.date) -> "OfficeVersion | None":
        versions = sorted(self.versions.all(), key=lambda version: version.valid_from)
        before = [version for version in versions if version.valid_from <= day]
        return before[-1] if before else next(iter(versions), None)

    def version_on(self, day: dt.date) -> "OfficeVersion | None":
        valid = [
            version
            for version in names.versions_of(self.pk)
            if version.valid_from <= day and (version.valid_to is None or day < version.valid_to)
        ]
        return valid[0] if valid else None


@track()
class OfficeVersion(Verified, Dated):
    """What an office is called and where it is found during a span of days."""

    office = models.ForeignKey(Office, models.CASCADE, verbose_name="課・機関", related_name="versions")
    name = models.CharField("名称", max_length=100)
    short_name = models.CharField("略称", max_length=40, blank=True)
    name_en = models.CharField(
        "英語名", max_length=120, blank=True, help_text="空欄のときは、英語の画面にも日本語の名称が出ます。"
    )
    name_en_needs_verification = models.BooleanField("英語名は要確認", default=True)
    plain_description = models.CharField("何をするところか(やさしい言葉)", max_length=200, blank=True)
    telephone = models.CharField("電話", max_length=20, blank=True)
    fax = models.CharField("FAX", max_length=20, blank=True)
    address = models.CharField("所在地", max_length=200, blank=True)
    hours_text = models.CharField("受付時間(表示用)", max_length=100, blank=True)
    objects = ValidOnQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "課・機関の名称(期間別)"
        ordering = ["office", "-valid_from"]
        constraints = [
            ExclusionConstraint(
                name="office_version_one_name_a_day",
                expressions=[
                    ("office", RangeOperators.EQUAL),
                    (validity("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="同じ日に二つの名称は持てません。前の名称の終了日を先に入れてください。",
            ),
            ends_after_start("office_version_from_before_to"),
        ]

    def __str__(self) -> str:
        return self.name


class EmergencyNumber(Verified):
    """A number to call now; shown before anything is asked of a person in danger.

    `topics` holds words apart by spaces: child, minor, dv, suicide, medical, crime, consumer…
    """

    code = models.SlugField(
        "コード",
        max_length=40,
        unique=True,
        null=True,
        blank=True,
        help_text="初期データの行だけが持ちます。",
    )
    name = models.CharField("名称", max_length=80)
    plain_name = models.CharField("やさしい言葉", max_length=120, blank=True)
    name_en = models.CharField("英語", max_length=120, blank=True)
    number = models.CharField("電話番号", max_length=20)
    hours = models.CharField("受付時間", max_length=80, blank=True)
    topics = models.CharField(
        "どんなとき(合図語の分類)",
        max_length=80,
        blank=True,
        help_text="空白で区切る。例 child dv suicide medical",
    )
    order = models.PositiveSmallIntegerField("並び順", default=100)
    is_always_shown = models.BooleanField("いつも表示する", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "緊急の連絡先"
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    @property
    def label(self) -> str:
        """The name in the reader's language; Japanese where no other is known."""
        names = {"ja-easy": self.plain_name, "en": self.name_en}
        return names.get(get_language() or "ja") or self.name

    def answers(self, topic: str) -> bool:
        """Whether one of its words stands in a topic: `child` answers `abuse_child`."""
        return not frozenset(self.topics.split()).isdisjoint([topic, *topic.split("_")])
