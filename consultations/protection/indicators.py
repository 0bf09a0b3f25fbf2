"""Numbers of 1-2 counted from the notices (DOMAIN §5 1-2 e). Drills never count; small cells are masked as everywhere."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from statistics import median

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from chiba_ward.casework.models import Deadline
from chiba_ward.casework.opening_hours import TOKYO
from chiba_ward.directory.models import Ward
from chiba_ward.progress.registry import CITY, Indicator, Measured, Period, register
from consultations.protection.models import AbuseNotification
from consultations.protection.querysets import SAFETY

Values = Mapping[int | None, Measured]


def on_time(period: Period) -> Values:
    """Of the notices of the period whose 48 hours are met or over: those that were met within them."""
    clock = Deadline.objects.filter(matter=OuterRef("pk"), kind=SAFETY, cancelled_at__isnull=True).order_by(
        "id"
    )
    rows = _received(period).annotate(
        due=Subquery(clock.values("due_at")[:1]), met=Subquery(clock.values("met_at")[:1])
    )
    decided = rows.filter(Q(met__isnull=False) | Q(due__lt=timezone.now()))
    kept = set(decided.filter(met__lte=F("due")).values_list("pk", flat=True))
    return _by_ward(decided, lambda pks: Measured.share(len(kept & set(pks)), len(pks)))


def until_handed_off(period: Period) -> Values:
    """Half of the notices were handed over by telephone within so many minutes of the wall clock."""
    rows = _received(period).filter(handed_at__isnull=False)
    minutes = {
        pk: max((handed - received).total_seconds() / 60, 0)
        for pk, received, handed in rows.values_list("pk", "received_at", "handed_at").order_by("pk")
        if handed
    }
    return _by_ward(rows, lambda pks: _half([minutes[pk] for pk in pks]))


def _half(minutes: list[float]) -> Measured:
    value = Decimal(str(round(median(minutes), 1))) if minutes else None
    return Measured(value, len(minutes), len(minutes))


def _received(period: Period) -> "QuerySet[AbuseNotification]":
    midnight = dt.time(tzinfo=TOKYO)
    begin = dt.datetime.combine(period.first, midnight)
    end = dt.datetime.combine(period.last + dt.timedelta(days=1), midnight)
    rows = AbuseNotification.objects.filter(received_at__gte=begin, received_at__lt=end)
    return rows.filter(consultation__matter__is_drill=False)


def _by_ward(rows: "QuerySet[AbuseNotification]", measure: Callable[[list[int]], Measured]) -> Values:
    found: dict[int | None, list[int]] = defaultdict(list)
    pairs: Iterable[tuple[int, int | None]] = rows.order_by("pk").values_list("pk", "consultation__ward")
    for pk, ward in pairs:
        found[ward].append(pk)
    wards: dict[int | None, Measured] = {
        pk: measure(found[pk]) for pk in Ward.objects.order_by("pk").values_list("pk", flat=True)
    }
    return {**wards, CITY: measure([pk for pks in found.values() for pk in pks])}


register(
    Indicator(
        code="protection.safety_on_time",
        version=1,
        name="48時間以内の安全確認",
        definition="期間中に受け付けた通告・通報のうち、受付から48時間以内に、本人の姿を目で見て安全を確かめたものの割合。"
        "まだ48時間たたず、確かめてもいないものは数えない。",
        unit="％",
        numerator="48時間以内に確かめた",
        denominator="48時間が過ぎたか、安全を確かめた通告・通報",
        compute=on_time,
        order=60,
    )
)
register(
    Indicator(
        code="protection.until_handed_off",
        version=1,
        name="通告から電話の引継ぎまでの時間",
        definition="通告・通報の受付から、電話で引き継ぐまでの実時間（分）の中央値。",
        unit="分",
        numerator="",
        denominator="期間中に受け付け、引き継いだ通告・通報",
        compute=until_handed_off,
        order=61,
        is_median=True,
    )
)
