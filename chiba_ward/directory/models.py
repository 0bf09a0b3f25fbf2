"""Who is who: wards, towns and their partitions, versioned offices, posts and dated postings (DOMAIN §2)."""

import datetime as dt

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import get_language
from pghistory import track

from chiba_ward.directory import names
from chiba_ward.directory.enums import AreaKind, OfficeKind, PostingKind, Role
from chiba_ward.directory.querysets import OfficeQuerySet, PostingQuerySet, ValidOnQuerySet
from chiba_ward.rows.memory import Remembered

HALF_OPEN = "[)"
END_BEFORE_START = "終了日は開始日より後にしてください。"
END_BEFORE_POSTING = "終了日は発令日より後にしてください。"


def validity(start: str, end: str) -> Func:
    """`start` up to but not including `end`; an empty end means for ever."""
    return Func(
        F(start), F(end), models.Value(HALF_OPEN), function="DATERANGE", output_field=DateRangeField()
    )


def ends_after_start(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
        name=name,
        violation_error_message=END_BEFORE_START,
    )


class Verified(Remembered):
    """A fact: where it was read, when it was last checked, whether it still needs checking."""

    source = models.CharField("出典", max_length=200, blank=True)
    verified_on = models.DateField("確認日", null=True, blank=True)
    needs_verification = models.BooleanField("要確認", default=True)

    class Meta:
        abstract = True


class Dated(models.Model):
    """Valid from the first day up to, not including, the last."""

    valid_from = models.DateField("開始日", default=dt.date(1992, 4, 1))
    valid_to = models.DateField("終了日(この日から無効)", null=True, blank=True)

    class Meta:
        abstract = True

    def clean(self) -> None:
        """PostgreSQL cannot even build such a range, so the overlap check must not be reached with it."""
        super().clean()
        start: dt.date | None = getattr(self, "valid_from")  # noqa: B009  (None while its form field is wrong)
        if self.valid_to is not None and start is not None and self.valid_to <= start:
            raise ValidationError({"valid_to": END_BEFORE_START})


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


class Calendar(Verified):
    """When an office is open; deadlines run only then (DESIGN §2 rule 7)."""

    code = models.SlugField(
        "コード",
        max_length=40,
        unique=True,
        null=True,
        blank=True,
        help_text="初期データの行だけが持ちます。",
    )
    name = models.CharField("名称", max_length=60, unique=True)
    closed_on_holidays = models.BooleanField("祝日は閉庁", default=True)
    year_end_from = models.CharField("年末年始の閉庁 開始(月-日)", max_length=5, default="12-29", blank=True)
    year_end_to = models.CharField("年末年始の閉庁 終了(月-日)", max_length=5, default="01-03", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "開庁カレンダー"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CalendarHours(models.Model):
    """Hours of one weekday; several rows make a lunch break. closes <= opens ends the next morning."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, verbose_name="カレンダー", related_name="hours")
    weekday = models.PositiveSmallIntegerField("曜日", choices=list(enumerate("月火水木金土日")))
    opens = models.TimeField("開始")
    closes = models.TimeField("終了")

    class Meta:
        verbose_name = verbose_name_plural = "開庁時間"
        ordering = ["calendar", "weekday", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "weekday", "opens"], name="calendar_hours_unique"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="calendar_hours_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class CalendarException(Verified):
    """A day that differs: closed (no hours), or open at other hours."""

    calendar = models.ForeignKey(
        Calendar, models.CASCADE, verbose_name="カレンダー", related_name="exceptions"
    )
    date = models.DateField("日付")
    opens = models.TimeField("開始(空欄=閉庁)", null=True, blank=True)
    closes = models.TimeField("終了", null=True, blank=True)
    reason = models.CharField("理由", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "臨時の開庁・閉庁"
        ordering = ["calendar", "date"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(opens__isnull=False, closes__isnull=False),
                name="calendar_exception_both_or_none",
                violation_error_message="開始と終了は、両方入れるか、両方空欄(閉庁)にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.reason}"


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
    escalates_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="引き受け手がないときの上申先",
        related_name="+",
    )
    notify_email = models.EmailField("通知先(内容は送らない)", blank=True)
    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "課・機関"
        ordering = ["ward", "code"]

    def __str__(self) -> str:
        return self.name_on(timezone.localdate())

    def name_on(self, day: dt.date) -> str:
        """The name it bore that day: a record of March prints March's name (C12)."""
        version = self.version_on(day)
        return version.name if version else self.code

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


class Post(Remembered):
    """A seat in an office. Work belongs to posts and offices; people occupy them (DESIGN §2 rule 8)."""

    office = models.ForeignKey(Office, models.PROTECT, verbose_name="課・機関", related_name="posts")
    name = models.CharField("職", max_length=60)
    role = models.CharField("権限", max_length=2, choices=Role)
    is_head = models.BooleanField("所属長", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "職(ポスト)"
        ordering = ["office", "-is_head", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "name"],
                name="post_unique",
                violation_error_message="この課には同じ名前の職があります。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.name}"


@track()
class Posting(models.Model):
    """発令: gives a person a post's rights from a day and takes them away on a day."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="職員", related_name="postings"
    )
    post = models.ForeignKey(Post, models.PROTECT, verbose_name="職", related_name="postings")
    kind = models.CharField("区分", max_length=12, choices=PostingKind, default=PostingKind.MAIN)
    starts_on = models.DateField("発令日")
    ends_on = models.DateField("終了日(この日から権限なし)", null=True, blank=True)
    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "発令"
        ordering = ["-starts_on", "id"]
        constraints = [
            ExclusionConstraint(
                name="posting_not_twice",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("post", RangeOperators.EQUAL),
                    (validity("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="同じ人が同じ職に、重なる期間で発令されています。",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="posting_starts_before_end",
                violation_error_message=END_BEFORE_POSTING,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} {self.get_kind_display()}"

    def clean(self) -> None:
        """As for every span of days: refused before the overlap check is asked."""
        super().clean()
        start: dt.date | None = getattr(self, "starts_on")  # noqa: B009  (None while its form field is wrong)
        if self.ends_on is not None and start is not None and self.ends_on <= start:
            raise ValidationError({"ends_on": END_BEFORE_POSTING})


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
