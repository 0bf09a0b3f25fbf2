"""いまの回覧: the public ones that stand today, on the page of a ward and of a district."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from chiba_ward.access.ways_in import address_of
from chiba_ward.directory.models import Area, Ward
from community.circulars import selectors
from community.circulars.models import ECircular
from community.open_data.cards import Card, CardLine

SHOWN = 5


def public_card(ward: Ward, area: Area | None) -> Iterator[Card]:
    found = selectors.public_in(ward.pk, area.pk if area else None).select_related("office", "org__office")
    lines = tuple(_line(one) for one in found[:SHOWN])
    yield Card(
        "circulars",
        _("いまの回覧"),
        lines,
        more=(address_of("circulars_home:index"), _("配られた鍵で回覧を読む")),
        empty=_("だれでも読める回覧は、いまはありません。"),
    )


def _line(circular: ECircular) -> CardLine:
    until = f"{circular.until.month}月{circular.until.day}日まで"
    note = f"{circular.sender_on(timezone.localdate())}　{until}"
    return CardLine(circular.title, address_of("circulars_home:show", circular.pk), note)
