"""専門職の充足率 of 取組項目 1-2 (保健福祉分野の支援体制強化; DOMAIN §5 1-2 e)."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils import timezone

from chiba_ward.directory.models import Ward
from chiba_ward.progress.registry import CITY, Indicator, Measured, Period, register
from consultations.staffing.places import Place, placement


def posts_filled(period: Period) -> Mapping[int | None, Measured]:
    """人工 on their seats of the 人工 that the plan promises, today. A place beyond its plan makes up for no other."""
    today = timezone.localdate()
    if not period.first <= today <= period.last:
        return {}
    wards = list(Ward.objects.order_by("order"))
    places = placement(today, wards).places
    by_ward = {ward.pk: [place for place in places if place.ward.pk == ward.pk] for ward in wards}
    return {**{pk: _share(some) for pk, some in by_ward.items()}, CITY: _share(places)}


def _share(places: list[Place]) -> Measured:
    """In percent of 人工; numerator and denominator are rounded to whole persons, as masking counts persons."""
    planned = sum((place.planned for place in places), Decimal(0))
    filled = planned - sum((place.missing for place in places), Decimal(0))
    value = 100 * filled / planned if planned else None
    return Measured(value, round(filled), round(planned))


register(
    Indicator(
        code="staffing.posts_filled",
        version=1,
        name="専門職の充足率",
        definition="配置計画の人工のうち、集計した日に人が就いている席の人工の割合。計画を超えた分は、ほかの不足を埋めない。",
        unit="％",
        numerator="就いている人工（人）",
        denominator="計画の人工（人）",
        compute=posts_filled,
        order=60,
        is_now=True,
    )
)
