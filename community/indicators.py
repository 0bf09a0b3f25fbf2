"""2-1 and 2-4 in numbers: organisations and how fresh their entries are, enrolment, 現況届 (DOMAIN §5 2-1 e, 2-4 e)."""

from collections import Counter
from collections.abc import Mapping

from django.utils import timezone

from chiba_ward.progress.registry import CITY, Measured, Period, declare
from chiba_ward.progress.shares import keys, shares
from chiba_ward.ui.japanese_dates import fiscal_year
from community import rates
from community.enums import FILED
from community.models import AnnualReturn, CommunityOrg
from community.querysets import FRESH

Values = Mapping[int | None, Measured]


def _holds_today(period: Period) -> bool:
    return period.first <= timezone.localdate() <= period.last


def registered(period: Period) -> Values:
    if not _holds_today(period):
        return {}
    counts: Counter[int | None] = Counter()
    for ward in CommunityOrg.objects.active().order_by("pk").values_list("ward", flat=True):
        counts.update({ward, CITY})
    return {key: Measured.count(counts[key]) for key in keys()}


def confirmed(period: Period) -> Values:
    if not _holds_today(period):
        return {}
    limit = timezone.localdate() - FRESH
    rows = CommunityOrg.objects.active().order_by("pk").values_list("ward", "confirmed_on")
    return shares((ward, day is not None and day >= limit) for ward, day in rows)


def enrolment(period: Period) -> Values:
    """At the end of the period, or today in a period that has not ended; nothing before it begins."""
    today = timezone.localdate()
    return rates.series().of_wards(min(period.last, today)) if period.first <= today else {}


def filed(period: Period) -> Values:
    """Of the fiscal year of the period's last day, up to now."""
    if period.first > timezone.localdate():
        return {}
    year = fiscal_year(period.last)
    done = set(
        AnnualReturn.objects.filter(fiscal_year=year, state__in=FILED)
        .order_by("pk")
        .values_list("org", flat=True)
    )
    asked = CommunityOrg.objects.active(period.first).filter(files_return=True).order_by("pk")
    return shares((ward, pk in done) for pk, ward in asked.values_list("pk", "ward"))


declare(
    "community.orgs",
    70,
    "台帳に載っている地域の団体",
    "集計した時点で、団体台帳に載っていて活動を終えていない団体の数。区は、団体の主な区。全市の団体は市の数にだけ入る。",
    registered,
    unit="団体",
    is_now=True,
)
declare(
    "community.confirmed",
    71,
    "団体台帳を1年以内に確かめた割合",
    "集計した時点で、活動中の団体のうち、最終確認日が365日以内のものの割合。",
    confirmed,
    unit="％",
    numerator="1年以内に確かめた",
    denominator="活動中の団体",
    is_now=True,
)
declare(
    "community.enrolment",
    72,
    "町内自治会の加入率",
    "期間の終わりの日（途中のときは今日）に、各町内自治会の最も新しい加入世帯数の合計を、区の最も新しい世帯数で割ったもの。"
    "どちらかがない区は測っていない。市は、測っている区の合計。",
    enrolment,
    unit="％",
    numerator="加入世帯数",
    denominator="区の世帯数",
)
declare(
    "community.returns",
    73,
    "現況届の提出率",
    "期間の終わりの日の年度について、現況届を出すことになっている団体のうち、提出した（受理を含み、差し戻し中を除く）ものの割合。",
    filed,
    unit="％",
    numerator="提出した",
    denominator="現況届を出す団体",
)
