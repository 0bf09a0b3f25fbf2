"""この地区の団体: what everybody may read of the organisations, on the page of a district."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from chiba_ward.directory.models import Area, Ward
from community import selectors
from community.open_data.cards import Card, CardLine


def public_card(ward: Ward, area: Area | None) -> Iterator[Card]:
    """A ward as a whole has too many: they stand with their districts."""
    if area is not None:
        lines = tuple(_line(org) for org in selectors.public_orgs(area))
        yield Card("orgs", _("この地区の団体"), lines, empty=_("載っている団体は、まだありません。"))


def _line(org: selectors.PublicOrg) -> CardLine:
    contacts = [f"{label} {value}" for label, value in org.contacts]
    day = f"{org.confirmed_on.year}年{org.confirmed_on.month}月に確認" if org.confirmed_on else ""
    return CardLine(org.name, note="　".join(filter(None, (org.kind, org.activity, *contacts, day))))
