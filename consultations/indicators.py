"""Numbers of 1-1, counted from the records themselves (DOMAIN §5 1-1 e, §8). Drills never count."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, Count, FloatField, Q, QuerySet

from chiba_ward.casework.opening_hours import TOKYO
from chiba_ward.progress.registry import CITY, Indicator, Measured, Period, register
from consultations.models import Consultation, Referral

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
    begin, end = _moments(period)
    rows = Referral.objects.filter(sent_at__gte=begin, sent_at__lt=end, consultation__matter__is_drill=False)
    return rows.exclude(state__in=["recalled", "revoked"])


def _moments(period: Period) -> tuple[dt.datetime, dt.datetime]:
    midnight = dt.time(tzinfo=TOKYO)
    return dt.datetime.combine(period.first, midnight), dt.datetime.combine(period.last + dt.timedelta(days=1), midnight)


def _by_ward(rows: Rows, ward: str, **wanted: Any) -> dict[int | None, dict[str, Any]]:
    """One grouped query for the wards, one for the city (a median cannot be added up)."""
    found = {row.pop(ward): row for row in rows.order_by().values(ward).annotate(**wanted)}
    found.pop(None, None)
    return {**found, CITY: rows.aggregate(**wanted)}


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
    reached = Count("pk", filter=Q(contact_made_at__isnull=False))
    values = _by_ward(_sent(period), "consultation__ward", n=Count("pk"), reached=reached)
    return {ward: Measured.share(row["reached"], row["n"]) for ward, row in values.items()}


def returned(period: Period) -> Mapping[int | None, Measured]:
    back = Count("pk", filter=Q(state__in=["declined", "returned"]))
    values = _by_ward(_sent(period), "consultation__ward", n=Count("pk"), back=back)
    return {ward: Measured.share(row["back"], row["n"]) for ward, row in values.items()}


def several_fields(period: Period) -> Mapping[int | None, Measured]:
    """複合課題率: two fields or more, of the cases whose fields staff have confirmed."""
    known = _received(period).annotate(kinds=Count("fields")).filter(kinds__gte=1)
    rows = Consultation.objects.filter(pk__in=known.values("pk")).annotate(kinds=Count("fields"))
    counted = rows.values_list("ward", "kinds")
    return _shares((ward, kinds >= 2) for ward, kinds in counted)


def _shares(marked: Any) -> dict[int | None, Measured]:
    tally: dict[int | None, list[int]] = {CITY: [0, 0]}
    for ward, hit in marked:
        for key in {ward, CITY}:
            cell = tally.setdefault(key, [0, 0])
            cell[0] += hit
            cell[1] += 1
    return {key: Measured.share(part, whole) for key, (part, whole) in tally.items()}


def _declare(code: str, order: int, name: str, definition: str, compute: Callable[[Period], Any], **words: str) -> None:
    empty = {"unit": "件", "numerator": "", "denominator": ""}
    register(Indicator(code=code, version=1, name=name, definition=definition, compute=compute, order=order, **(empty | words)))


_declare("consultations.received", 10, "受け付けた相談", "期間中に受け付けた相談の数。困っている本人が住む区で数える。", received)
_declare(
    "consultations.first_action",
    20,
    "最初に動くまでの時間",
    "受付から職員が最初に対応するまでの開庁時間（分）の中央値。",
    first_action,
    unit="分",
    numerator="対応した相談",
    denominator="対応した相談",
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
