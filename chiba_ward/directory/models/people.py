"""Seats in offices, and the dated postings (発令) that put people on them."""

import datetime as dt

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from pghistory import track

from chiba_ward.directory.enums import PostingKind, Role
from chiba_ward.directory.models.base import validity
from chiba_ward.directory.models.offices import Office
from chiba_ward.directory.querysets import PostingQuerySet
from chiba_ward.rows.memory import Remembered

END_BEFORE_POSTING = "終了日は発令日より後にしてください。"


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
    compartments: "frozenset[int]" = (
        frozenset()
    )  # in which it sits, where `access.duties` read it for a request
    waits: "dict[str, bool] | None" = (
        None  # by name, whether anything waits (`access.waiting`), read likewise
    )
    glasses: "frozenset[int]" = frozenset()  # single matters that it has open for an hour, read likewise

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
