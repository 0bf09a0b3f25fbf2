"""Counting ahead of the reader: pages and reports read what was counted last, and say when."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from chiba_ward.compartments import services as compartments
from chiba_ward.progress.models import IndicatorValue
from chiba_ward.progress.registry import Indicator, Measured, Period, indicators


def current_periods(day: dt.date | None = None) -> list[Period]:
    """This month, last month and this fiscal year: what the first page shows."""
    day = day or timezone.localdate()
    month = Period.month(day)
    return [month, Period.month(month.first - dt.timedelta(days=1)), Period.year(day)]


def snapshot(periods: list[Period] | None = None) -> int:
    """Count every indicator for the periods and keep the values; the number of values written.

    Repeating it replaces the values of the same period and definition with fresh ones.
    """
    written = 0
    for period in periods or current_periods():
        for indicator in indicators():
            written += _store(indicator, period)
    return written


@transaction.atomic
def _store(indicator: Indicator, period: Period) -> int:
    """Sealed matters are counted too, and shown nowhere one by one: what is kept are numbers, masked where small."""
    with compartments.everywhere("numbers are counted"):
        values = indicator.compute(period)
    now = timezone.now()
    _forget_gone(indicator, period, values)
    IndicatorValue.objects.bulk_create(
        [_row(indicator, period, ward, value, now) for ward, value in values.items()],
        update_conflicts=True,
        unique_fields=["indicator", "version", "ward", "period_from", "period_to"],
        update_fields=["value", "numerator", "denominator", "as_of"],
    )
    return len(values)


def _forget_gone(indicator: Indicator, period: Period, values: Mapping[int | None, Measured]) -> None:
    """What this count no longer measures must not stand there as if it had just been counted."""
    rows = IndicatorValue.objects.filter(
        indicator=indicator.code, version=indicator.version, period_from=period.first, period_to=period.last
    )
    gone = [pk for pk, ward in rows.values_list("pk", "ward") if ward not in values]
    rows.filter(pk__in=gone).delete()


def _row(
    indicator: Indicator, period: Period, ward: int | None, measured: Measured, now: dt.datetime
) -> IndicatorValue:
    return IndicatorValue(
        indicator=indicator.code,
        version=indicator.version,
        ward_id=ward,
        period_from=period.first,
        period_to=period.last,
        value=measured.value,
        numerator=measured.numerator,
        denominator=measured.denominator,
        as_of=now,
    )
