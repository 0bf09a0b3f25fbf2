"""募集中の困りごと on the page of a district: titles that the section has marked as public, and nothing else."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from chiba_ward.directory.models import Area, Ward
from community.matching.models import Need
from community.open_data.cards import Card, CardLine


def public_card(ward: Ward, area: Area | None) -> Iterator[Card]:
    """No card where there is none; whoever wants to help asks the section of the ward."""
    where = Q(areas=area) if area else Q(areas__ward=ward)
    found = Need.objects.open().filter(Q(wards=ward) | where, is_public=True).distinct()
    micro = _("一回だけ・会員にならなくてよい")
    lines = tuple(CardLine(need.title, note=micro if need.is_micro else "") for need in found.order_by("-pk"))
    if lines:
        yield Card("needs", _("手伝ってくれる人をさがしています"), lines)
