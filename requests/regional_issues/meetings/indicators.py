"""3-1 in numbers: decisions reported in time, how fast an urgent call decides, how many outside organisations come."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from chiba_ward.directory.enums import PARTNER_ROLES
from chiba_ward.progress.registry import CITY, Measured, Period, declare
from chiba_ward.progress.shares import keys
from regional_issues.meetings.models import Decision, Invitation

TOKYO = ZoneInfo("Asia/Tokyo")
URGENT_HOURS = 48
"""Within how many hours of the call an urgent meeting is to have decided (DOMAIN 3-1 b: 24–48h; 要確認)."""
Values = Mapping[int | None, Measured]


def _span(period: Period) -> tuple[dt.datetime, dt.datetime]:
    first = dt.datetime.combine(period.first, dt.time(), TOKYO)
    return first, dt.datetime.combine(period.last + dt.timedelta(days=1), dt.time(), TOKYO)


def _shares(found: Iterable[tuple[int, bool]]) -> Values:
    parts: dict[int | None, list[bool]] = defaultdict(list)
    for ward, good in found:
        parts[ward].append(good)
        parts[CITY].append(good)
    return {ward: Measured.share(sum(parts[ward]), len(parts[ward])) for ward in keys()}


def in_time(period: Period) -> Values:
    due = Decision.objects.filter(due_on__range=(period.first, period.last)).exclude(
        state__in=["changed", "withdrawn"]
    )
    rows = due.order_by("pk").values_list("item__meeting__ward", "due_on", "closed_at")
    return _shares(
        (ward, closed is not None and closed.astimezone(TOKYO).date() <= day) for ward, day, closed in rows
    )


def fast(period: Period) -> Values:
    first, after = _span(period)
    found = Decision.objects.filter(item__meeting__is_urgent=True, item__meeting__called_at__gte=first)
    rows = (
        found.filter(item__meeting__called_at__lt=after)
        .order_by("item__meeting", "at", "pk")
        .distinct("item__meeting")
        .values_list("item__meeting__ward", "at", "item__meeting__called_at")
    )
    limit = dt.timedelta(hours=URGENT_HOURS)
    return _shares((ward, at - called <= limit) for ward, at, called in rows if called is not None)


def outside(period: Period) -> Values:
    first, after = _span(period)
    came = Invitation.objects.filter(
        attended=True, meeting__held_at__gte=first, meeting__held_at__lt=after,
        office__posts__role__in=PARTNER_ROLES,
    )  # fmt: skip
    seen: dict[int | None, set[int]] = defaultdict(set)
    for ward, office in came.order_by("pk").values_list("meeting__ward", "office"):
        seen[ward].add(office)
        seen[CITY].add(office)
    return {ward: Measured.count(len(seen[ward])) for ward in keys()}


declare(
    "ward_meetings.in_time",
    77,
    "会議の決定事項の期限内完了率",
    "報告の期限が期間にある決定（決め直し・取りやめを除く）のうち、期限までに完了が報告された割合。",
    in_time,
    unit="％",
    numerator="期限までに報告",
    denominator="期限が来た決定",
)
declare(
    "ward_meetings.urgent_fast",
    78,
    "即応会議の招集から決定まで48時間以内",
    "期間に招集し、決定があった即応の会議のうち、招集から最初の決定までが48時間以内の割合。",
    fast,
    unit="％",
    numerator="48時間以内",
    denominator="決定があった即応の会議",
)
declare(
    "ward_meetings.outside",
    79,
    "調整会議に出席した外部の機関・団体",
    "期間に開催した調整会議に出席した、関係機関・本庁・地域団体の数（重ねて数えない）。",
    outside,
    unit="機関",
)
