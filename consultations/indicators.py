"""Numbers of 1-1, counted from the records themselves (DOMAIN §5 1-1 e, §8). Drills never count."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import Aggregate, Count, FloatField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from chiba_ward.casework.opening_hours import TOKYO
from chiba_ward.directory.models import Ward
from chiba_ward.progress.registry import CITY, Measured, Period, declare
from consultations import indicators_referral
from consultations.enums import State
from consultations.models import Consultation

Rows = QuerySet[Any]


class Median(Aggregate):
    """percentile_cont(0.5): the value that half of the cases stay under."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def _received(period: Period) -> Rows:
    begin, end = _moments(period)
    return Consultation.objects.filter(received_at__gte=begin, received_at__lt=end, matter__is_drill=False)


def _sent(period: Period) -> Rows:
    """The cohort of つなぎ as `indicators_referral` defines it: one definition, whoever counts."""
    return indicators_referral.cohort(period.first, period.last)


def _moments(period: Period) -> tuple[dt.datetime, dt.datetime]:
    midnight = dt.time(tzinfo=TOKYO)
    return dt.datetime.combine(period.first, midnight), dt.datetime.combine(
        period.last + dt.timedelta(days=1), midnight
    )


def _by_ward(rows: Rows, ward: str, **wanted: Any) -> dict[int | None, dict[str, Any]]:
    """One grouped query for the wards, one for the city (a median cannot be added up)."""
    nobody = {name: None if isinstance(one, Median) else 0 for name, one in wanted.items()}
    found = {row.pop(ward): row for row in rows.order_by().values(ward).annotate(**wanted)}
    every: dict[int | None, dict[str, Any]] = {
        pk: found.get(pk, dict(nobody)) for pk in Ward.objects.order_by("pk").values_list("pk", flat=True)
    }
    return {**every, CITY: rows.order_by().aggregate(**wanted)}


def received(period: Period) -> Mapping[int | None, Measured]:
    values = _by_ward(_received(period), "ward", n=Count("pk"))
    return {ward: Measured.count(row["n"]) for ward, row in values.items()}


def first_action(period: Period) -> Mapping[int | None, Measured]:
    """Half of the cases waited at most this long, in 開庁時間 minutes; the denominator is who was acted on."""
    acted = _received(period).filter(first_action_minutes__isnull=False)
    values = _by_ward(acted, "ward", n=Count("pk"), half=Median("first_action_minutes"))
    return {
        ward: Measured(None if row["half"] is None else Decimal(str(row["half"])), row["n"], row["n"])
        for ward, row in values.items()
    }


def completion(period: Period) -> Mapping[int | None, Measured]:
    """つなぎ完結率 = contact made / sent. Sending alone never counts."""
    reached = Count("pk", filter=indicators_referral.REACHED)
    values = _by_ward(_sent(period), "consultation__ward", n=Count("pk"), reached=reached)
    return {ward: Measured.share(row["reached"], row["n"]) for ward, row in values.items()}


def returned(period: Period) -> Mapping[int | None, Measured]:
    back = Count("pk", filter=indicators_referral.CAME_BACK)
    values = _by_ward(_sent(period), "consultation__ward", n=Count("pk"), back=back)
    return {ward: Measured.share(row["back"], row["n"]) for ward, row in values.items()}


def several_fields(period: Period) -> Mapping[int | None, Measured]:
    """複合課題率: two fields or more, of the cases whose fields staff have confirmed."""
    through = (
        Consultation.fields.through.objects.filter(consultation=OuterRef("pk"))
        .order_by()
        .values("consultation")
    )
    counted = through.annotate(n=Count("pk")).values_list("n")  # type: ignore[misc]  # the stubs lose the annotation behind values()
    kinds = Coalesce(Subquery(counted), 0)
    rows = _received(period).annotate(kinds=kinds).filter(kinds__gte=1)
    values = _by_ward(rows, "ward", n=Count("pk"), more=Count("pk", filter=Q(kinds__gte=2)))
    return {ward: Measured.share(row["more"], row["n"]) for ward, row in values.items()}


def open_now(period: Period) -> Mapping[int | None, Measured]:
    return _standing(period, Q())


def untaken_now(period: Period) -> Mapping[int | None, Measured]:
    return _standing(period, Q(assignee__isnull=True))


def overdue_now(period: Period) -> Mapping[int | None, Measured]:
    return _standing(period, Q(waiting_since__isnull=True, due_at__lt=timezone.now()))


def referred_now(period: Period) -> Mapping[int | None, Measured]:
    return _standing(period, Q(state=State.REFERRED))


def _standing(period: Period, rule: Q) -> Mapping[int | None, Measured]:
    """What stands open at this moment: measured only while the period runs; the past is not known afterwards."""
    if not period.first <= timezone.localdate() <= period.last:
        return {}
    rows = Consultation.objects.open().filter(rule, matter__is_drill=False)
    return {ward: Measured.count(row["n"]) for ward, row in _by_ward(rows, "ward", n=Count("pk")).items()}


_declare = partial(declare, unit="件")

_declare(
    "consultations.open_now", 1, "いま対応中", "集計した時点で終わっていない相談の数。", open_now, is_now=True
)
_declare(
    "consultations.untaken_now",
    2,
    "担当が決まっていない",
    "対応中のうち、担当する人が決まっていないもの。",
    untaken_now,
    is_now=True,
)
_declare(
    "consultations.overdue_now",
    3,
    "期限を過ぎている",
    "対応中のうち、次の期限を過ぎているもの。相談者の返事待ちは数えない。",
    overdue_now,
    is_now=True,
)
_declare(
    "consultations.referred_now",
    4,
    "つなぎ先の返事待ち",
    "つなぎを送り、本人への連絡がまだのもの。",
    referred_now,
    is_now=True,
)
_declare(
    "consultations.received",
    10,
    "受け付けた相談",
    "期間中に受け付けた相談の数。困っている本人が住む区で数える。",
    received,
)
_declare(
    "consultations.first_action",
    20,
    "最初に動くまでの時間",
    "受付から職員が最初に対応するまでの開庁時間（分）の中央値。",
    first_action,
    unit="分",
    denominator="期間中に受け付け、職員が対応した相談",
    is_median=True,
)
_declare(
    "referrals.completion",
    30,
    "つなぎ完結率",
    "期間中に送ったつなぎのうち、つなぎ先が本人に連絡できたものの割合。送っただけでは数えない。取り消しと同意の撤回は除く。",
    completion,
    unit="％",
    numerator="本人に連絡できた",
    denominator="送ったつなぎ",
)
_declare(
    "referrals.returned",
    40,
    "差し戻し率",
    "期間中に送ったつなぎのうち、受理されなかったか返事がなかったものの割合。",
    returned,
    unit="％",
    numerator="受理されなかった",
    denominator="送ったつなぎ",
)
_declare(
    "consultations.several_fields",
    50,
    "複数の困りごとがある割合",
    "分野を確認した相談のうち、二つ以上の分野にわたるものの割合。",
    several_fields,
    unit="％",
    numerator="二つ以上の分野",
    denominator="分野を確認した相談",
)
