"""地域担当職員, on the public page of a district: the section and its telephone, a name where the row says so."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from chiba_ward.directory.models import Area, Ward
from community.area_officers.enums import Part
from community.area_officers.models import AreaAssignment
from community.open_data.cards import Card, CardLine


def public_card(ward: Ward, area: Area | None) -> Iterator[Card]:
    """A ward as a whole has one officer for each district: they stand with their districts."""
    if area is not None:
        mine = AreaAssignment.objects.in_force().filter(area=area).whole()
        by_part = sorted(mine, key=lambda one: (one.part != Part.PRIMARY, one.pk))
        yield Card(
            "officer",
            _("この地区の担当の職員"),
            tuple(_lines(by_part)),
            empty=_(
                "この地区の担当の職員は、いま決まっていません。区役所の地域づくり支援課にきいてください。"
            ),
        )


def _lines(officers: list[AreaAssignment]) -> Iterator[CardLine]:
    """One line for the section and the post; more of them only where a name may be told."""
    named = [one for one in officers if one.is_named]
    shown = named or officers[:1]
    for one in shown:
        yield CardLine(_section(one), note="　".join(filter(None, _more(one))))


def _section(one: AreaAssignment) -> str:
    return one.officer.post.office.spoken_on(timezone.localdate())


def _more(one: AreaAssignment) -> Iterator[str]:
    yield one.officer.post.name
    if one.is_named:
        yield str(one.officer.person)
    version = one.officer.post.office.version_on(timezone.localdate())
    if version is not None and version.telephone:
        yield _("電話 %(telephone)s") % {"telephone": version.telephone}
