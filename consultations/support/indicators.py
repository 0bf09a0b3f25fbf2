"""Numbers of 1-3, counted from the records themselves (DOMAIN §5 1-3 e, §8). Drills never count."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from statistics import median

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from chiba_ward.casework.opening_hours import TOKYO
from chiba_ward.progress.registry import CITY, Measured, Period, declare
from chiba_ward.progress.shares import keys, shares
from consultations.enums import SEVERAL_FIELDS
from consultations.models import Consultation
from consultations.support.models import Meeting, RoleTask

Numbers = Mapping[int | None, Measured]
LEAD_WITHIN = dt.timedelta(days=14)


def lead_named(period: Period) -> Numbers:
    """複合世帯の主担当確定率: whose lead was named within 14 days, of the cases with two fields or more."""
    begin, end = _moments(period)
    in_time = Meeting.objects.filter(
        consultation=OuterRef("pk"), lead_named_at__lte=OuterRef("received_at") + LEAD_WITHIN
    )
    cases = (
        Consultation.objects.filter(received_at__gte=begin, received_at__lt=end, matter__is_drill=False)
        .annotate(kinds=Count("fields"), is_led=Exists(in_time))
        .filter(kinds__gte=SEVERAL_FIELDS)
        .filter(Q(is_led=True) | Q(received_at__lte=timezone.now() - LEAD_WITHIN))
        .order_by("pk")
    )
    return shares((ward, bool(led)) for ward, led in cases.values_list("ward", "is_led"))


def tasks_overdue(period: Period) -> Numbers:
    """役割分担の期限超過: open tasks whose day has passed, of the open ones, at this moment."""
    today = timezone.localdate()
    if not period.first <= today <= period.last:
        return {}
    rows = RoleTask.objects.counted().open().order_by("pk").values_list("consultation__ward", "due_on")
    return shares((ward, due < today) for ward, due in rows)


def days_to_meeting(period: Period) -> Numbers:
    """申込→初回会議: days from the first request to the first meeting of a case, for those held in the period."""
    begin, end = _moments(period)
    rows = (
        Meeting.objects.held()
        .filter(consultation__matter__is_drill=False)
        .order_by("held_at", "pk")
        .values_list("consultation", "consultation__ward", "held_at")
    )
    first: dict[int, tuple[int | None, dt.datetime]] = {}
    for case, ward, held in rows:
        if held is not None:
            first.setdefault(case, (ward, held))
    asked = _first_requests()
    waits = [
        (ward, (timezone.localdate(held) - asked[case]).days)
        for case, (ward, held) in first.items()
        if begin <= held < end
    ]
    return _medians(waits)


def _first_requests() -> dict[int, dt.date]:
    found: dict[int, dt.date] = {}
    for case, day in Meeting.objects.order_by("pk").values_list("consultation", "requested_on"):
        found[case] = min(day, found.get(case, day))
    return found


def _moments(period: Period) -> tuple[dt.datetime, dt.datetime]:
    midnight = dt.time(tzinfo=TOKYO)
    following = period.last + dt.timedelta(days=1)
    return dt.datetime.combine(period.first, midnight), dt.datetime.combine(following, midnight)


def _medians(rows: list[tuple[int | None, int]]) -> Numbers:
    found: dict[int | None, list[int]] = defaultdict(list)
    for ward, days in rows:
        for key in {ward, CITY}:
            found[key].append(days)
    return {key: _median(found[key]) for key in keys()}


def _median(days: list[int]) -> Measured:
    value = Decimal(str(median(days))) if days else None
    return Measured(value, len(days), len(days))


_declare = partial(declare, unit="％")

_declare(
    "support.tasks_overdue",
    60,
    "役割分担の期限超過",
    "集計した時点で、会議や支援プランで受け持ち、まだ済んでいない役割のうち、期限を過ぎたものの割合。",
    tasks_overdue,
    numerator="期限を過ぎた役割",
    denominator="まだ済んでいない役割",
    is_now=True,
)
_declare(
    "support.lead_named",
    61,
    "14日以内に主担当が決まった割合",
    "期間中に受け付けた、分野が二つ以上の相談のうち、受付から14日以内に会議で主担当の課・機関と人を決めたものの割合。14日たっていない相談は、決まったものだけを数える。",
    lead_named,
    numerator="14日以内に決まった",
    denominator="分野が二つ以上の相談",
)
_declare(
    "support.days_to_meeting",
    62,
    "会議を求めてから開くまでの日数",
    "期間中に最初の会議を開いた相談で、会議を求められた日から開いた日までの日数の中央値。",
    days_to_meeting,
    unit="日",
    denominator="期間中に最初の会議を開いた相談",
    is_median=True,
)
