"""地区担当: a dated posting looks after a district, as primary or as deputy, for a span of days."""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from chiba_ward.directory.models import Area, Posting
from chiba_ward.directory.models.base import END_BEFORE_START, validity
from community.area_officers import triggers
from community.area_officers.enums import AssignmentState, Part, Standing
from community.area_officers.querysets import AssignmentQuerySet
from community.area_officers.workflow.assignment import AssignmentWorkflow

DAYS = validity("starts_on", "until")


class AreaAssignment(AssignmentWorkflow):
    """`until` is the first day without effect. A 発令 that ends earlier ends it as well: see `over_on`.

    `person` is that of the posting, kept for the database (trigger): nobody is primary and deputy of one district.
    """

    area = models.ForeignKey(Area, models.PROTECT, verbose_name="地区", related_name="+")
    officer = models.ForeignKey(Posting, models.PROTECT, verbose_name="担当の職員（発令）", related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="職員", editable=False, related_name="+"
    )
    part = models.CharField("主・副", max_length=8, choices=Part)
    starts_on = models.DateField("担当の始まり")
    until = models.DateField("担当の終わり（この日から担当でない）", null=True, blank=True)
    hand_over = models.OneToOneField(
        "area_officers.HandOver",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="引継書",
        related_name="+",
    )
    is_named = models.BooleanField("区・地区のページに名前を出す", default=False, db_default=False)
    appointed_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="決めた職員", related_name="+"
    )
    appointed_at = models.DateTimeField("決めた日時", default=timezone.now)
    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "地区担当"
        ordering = ["area", "-starts_on", "id"]
        constraints = [
            ExclusionConstraint(
                name="assignment_one_of_a_part",
                expressions=[
                    ("area", RangeOperators.EQUAL),
                    ("part", RangeOperators.EQUAL),
                    (DAYS, RangeOperators.OVERLAPS),
                ],
                violation_error_message="この地区には、その期間の同じ担当（主・副）が、すでに決まっています。",
            ),
            ExclusionConstraint(
                name="assignment_person_once",
                expressions=[
                    ("area", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    (DAYS, RangeOperators.OVERLAPS),
                ],
                violation_error_message="同じ人は、一つの地区の主担当と副担当を兼ねられません。",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("starts_on")),
                name="assignment_until_after_start",
                violation_error_message=END_BEFORE_START,
            ),
            models.CheckConstraint(
                condition=Q(state="active", until__isnull=True)
                | Q(state__in=["awaiting", "ended"], until__isnull=False),
                name="assignment_over_with_a_day",
                violation_error_message="担当を終えるときは、終わる日が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", hand_over__isnull=False)
                | Q(state__in=["active", "awaiting"], hand_over__isnull=True),
                name="assignment_ended_with_paper",
                violation_error_message="担当を終えるには、引継書が必要です。",
            ),
        ]
        indexes = [models.Index(fields=["officer", "area"], name="assignment_of_officer")]
        triggers: ClassVar = [triggers.person_of_the_posting, triggers.ended_with_its_paper]

    def __str__(self) -> str:
        return f"{self.area} {self.get_part_display()}"

    def clean(self) -> None:
        """As for every span of days: refused before the overlap check is asked."""
        super().clean()
        if self.officer_id:
            self.person_id = self.officer.person_id
        start: dt.date | None = getattr(self, "starts_on")  # noqa: B009  (None while its form field is wrong)
        if self.until is not None and start is not None and self.until <= start:
            raise ValidationError({"until": END_BEFORE_START})

    @property
    def over_on(self) -> dt.date | None:
        """The first day on which this officer no longer has the district: the earlier of its own and the posting's end."""
        days = [day for day in (self.until, self.officer.ends_on) if day is not None]
        return min(days, default=None)

    def standing(self, day: dt.date | None = None) -> Standing:
        """引継ぎ待ち comes by itself with the day: nothing has to run at night for it to be true (C13)."""
        day, over = day or timezone.localdate(), self.over_on
        is_handed_over = self.state == AssignmentState.ENDED
        if over is not None and over <= day:
            return Standing.ENDED if is_handed_over else Standing.AWAITING
        if self.starts_on > day:
            return Standing.COMING
        return Standing.LEAVING if over is not None and not is_handed_over else Standing.IN_FORCE
