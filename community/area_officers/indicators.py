"""2-2 in numbers: districts with an officer, visits, 引継書, districts where nobody has been (DOMAIN §5 2-2 e)."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from django.utils import timezone

from chiba_ward.progress.registry import CITY, Measured, Period, declare
from chiba_ward.progress.shares import keys, shares
from community.area_officers import rules, selectors
from community.area_officers.enums import AssignmentState, Part
from community.area_officers.models import AreaAssignment, AreaVisit
from community.selectors import districts_of

Values = Mapping[int | None, Measured]


def _holds_today(period: Period) -> bool:
    return period.first <= timezone.localdate() <= period.last


def covered(period: Period) -> Values:
    if not _holds_today(period):
        return {}
    taken = AreaAssignment.objects.in_force().filter(part=Part.PRIMARY)
    with_one = set(taken.order_by("pk").values_list("area", flat=True))
    return shares((area.ward_id, area.pk in with_one) for area in districts_of(None))


def visited(period: Period) -> Values:
    """Visits of the period for each district of today; not measured where a ward has none."""
    if period.first > timezone.localdate():
        return {}
    visits: Counter[int | None] = Counter()
    seen = AreaVisit.objects.in_person().filter(on__range=(period.first, period.last)).order_by("pk")
    for ward in seen.values_list("assignment__area__ward", flat=True):
        visits.update({ward, CITY})
    districts: Counter[int | None] = Counter()
    for area in districts_of(None):
        districts.update({area.ward_id, CITY})
    return {key: _for_each(visits[key], districts[key]) for key in keys()}


def _for_each(visits: int, districts: int) -> Measured:
    value = round(Decimal(visits) / districts, 1) if districts else None
    return Measured(value, visits, districts)


def handed_over(period: Period) -> Values:
    """Of the assignments that were over in the period and by today, those with a 引継書."""
    last = min(period.last, timezone.localdate())
    over = AreaAssignment.objects.over_between(period.first, last)
    found = over.order_by("pk").values_list("area__ward", "state")
    return shares((ward, state == AssignmentState.ENDED) for ward, state in found)


def unvisited(period: Period) -> Values:
    """Nothing where no row says after how many days a district counts."""
    interval = rules.interval()
    if not _holds_today(period) or interval.days is None:
        return {}
    today, areas = timezone.localdate(), districts_of(None)
    last = selectors.last_visits(area.pk for area in areas)
    return shares((area.ward_id, interval.has_passed(last.get(area.pk), today)) for area in areas)


def _unvisited_words() -> dict[str, str]:
    days = rules.interval().days
    long = f"{days}日" if days else "決めた日数（まだ登録がない）"
    return {
        "name": f"{long}訪問のない地区の割合",
        "definition": f"集計した時点の地区のうち、地域担当職員の最後の訪問（電話を除く）から{long}を過ぎたか、"
        "訪問の記録がないものの割合。",
    }


declare(
    "area_officers.covered",
    80,
    "地域担当職員の配置率",
    "集計した時点の地区（地区町内自治会連絡協議会区）のうち、担当中の主担当がいるものの割合。"
    "発令の終わった人は、その日から数えない。",
    covered,
    unit="％",
    numerator="主担当がいる",
    denominator="地区",
    is_now=True,
)
declare(
    "area_officers.visits",
    81,
    "地区あたりの訪問の回数",
    "期間の中の日付の活動記録（電話を除く）の数を、集計した時点の地区の数で割ったもの。",
    visited,
    unit="回",
    numerator="訪問",
    denominator="地区",
)
declare(
    "area_officers.handed_over",
    82,
    "引継書の作成率",
    "期間の中で（今日までに）終わった地区担当のうち、引継書が出されたものの割合。"
    "終わりは、担当の終わりの日と発令の終わりの日の早いほう。",
    handed_over,
    unit="％",
    numerator="引継書がある",
    denominator="終わった担当",
)
declare(
    "area_officers.unvisited",
    83,
    "訪問のない地区の割合",
    "集計した時点の地区のうち、しばらく訪問のないものの割合。",
    unvisited,
    unit="％",
    numerator="訪問がない",
    denominator="地区",
    is_now=True,
    words=_unvisited_words,
)
