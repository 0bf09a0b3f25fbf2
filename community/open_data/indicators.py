"""地域カルテ公開地区率 (目指すべき姿② 2-1 地域の見える化): of which districts the public page has something to show."""

from collections.abc import Mapping

from django.db.models import Exists, OuterRef
from django.utils import timezone

from chiba_ward.directory.enums import AreaKind
from chiba_ward.directory.models import Area, AreaTown
from chiba_ward.progress.registry import Indicator, Measured, Period, register
from chiba_ward.progress.shares import shares
from community.open_data.models import Facility


def districts_with_a_sheet(period: Period) -> Mapping[int | None, Measured]:
    """Districts of today with at least one place on their page, of all districts; by ward."""
    today = timezone.localdate()
    if not period.first <= today <= period.last:
        return {}
    towns = AreaTown.objects.valid_on().filter(area=OuterRef(OuterRef("pk"))).values("town")
    places = Facility.objects.current().filter(ward=OuterRef("ward"), town__in=towns)
    rows = Area.objects.valid_on().filter(kind=AreaKind.DISTRICT, ward__isnull=False)
    return shares(rows.annotate(has=Exists(places)).order_by("pk").values_list("ward", "has"))


register(
    Indicator(
        code="open_data.districts_with_a_sheet",
        version=1,
        name="地域カルテを公開している地区の割合",
        definition="集計した時点の地区（地区町内自治会連絡協議会区）のうち、公開のページに公共施設か子育て施設が1件以上載っているものの割合。",
        unit="％",
        numerator="場所が載っている",
        denominator="地区",
        compute=districts_with_a_sheet,
        order=70,
        is_now=True,
    )
)
