"""When: the hours an office is open, and the days that differ."""

from django.db import models
from django.db.models import Q

from chiba_ward.directory.models.base import Verified


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
