"""未評価: how many entries of the ledger are past their day, by ward (DOMAIN §5 1-2 e). Drills never count."""

from collections.abc import Mapping

from django.utils import timezone

from chiba_ward.progress.registry import Indicator, Measured, Period, register
from chiba_ward.progress.shares import shares
from consultations.centre import names
from consultations.centre.models import ProgressEntry


def evaluations_overdue(period: Period) -> Mapping[int | None, Measured]:
    """Open entries whose next evaluation is past, of the open ones, at this moment; by the ward that keeps the ledger."""
    today = timezone.localdate()
    if not period.first <= today <= period.last:
        return {}
    rows = ProgressEntry.objects.open().counted().order_by("pk").values_list("office__ward", "next_on")
    return shares((ward, next_on < today) for ward, next_on in rows)


def words() -> Mapping[str, str]:
    """With the name that the centre bears today."""
    centre = names.on(timezone.localdate()).name
    return {
        "name": f"{centre}の台帳で評価が遅れている割合",
        "definition": f"集計した時点で、{centre}の進行管理台帳に載っている相談のうち、次回評価日を過ぎたものの割合。区は、台帳を持つ課の区。",
    }


register(
    Indicator(
        code="centre.evaluations_overdue",
        version=1,
        name="進行管理台帳で評価が遅れている割合",
        definition="集計した時点で、進行管理台帳に載っている相談のうち、次回評価日を過ぎたものの割合。",
        unit="％",
        numerator="次回評価日を過ぎた",
        denominator="台帳に載っている相談",
        compute=evaluations_overdue,
        order=62,
        is_now=True,
        words=words,
    )
)
