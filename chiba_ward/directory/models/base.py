"""What rows of the directory share: a fact with its source, a span of days, and how two spans may not overlap."""

import datetime as dt

from django.contrib.postgres.fields import DateRangeField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q

from chiba_ward.rows.memory import Remembered

HALF_OPEN = "[)"
END_BEFORE_START = "終了日は開始日より後にしてください。"


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
