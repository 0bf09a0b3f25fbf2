"""What the rest of the portal asks of the directory of organisations: this module's face."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q
from django.utils import timezone

from chiba_ward.directory.enums import AreaKind
from chiba_ward.directory.models import Area
from community import held
from community.enums import ContactKind, OrgKind, Visibility
from community.models import CommunityOrg, OrgContact, OrgPlace


@dataclass(frozen=True)
class PublicOrg:
    """What everybody may read of an organisation, and nothing else. `contacts`: label and value."""

    name: str
    kind: str
    activity: str
    contacts: tuple[tuple[str, str], ...]
    confirmed_on: dt.date | None


def public_orgs(area: Area) -> list[PublicOrg]:
    """The active organisations of an area of today: those that name it, and those of one of its towns."""
    orgs = CommunityOrg.objects.active().named().filter(pk__in=_in_area(area)).order_by("kana", "pk")
    known = OrgContact.objects.order_by("kind")
    found = list(orgs.prefetch_related(Prefetch("contacts", known), "fields"))
    hidden = held.held_among({org.pk: org.contacts.all() for org in found})
    return [_public(org, is_held=org.pk in hidden) for org in found]


def _in_area(area: Area) -> list[int]:
    towns = area.memberships.valid_on().values("town")
    places = OrgPlace.objects.valid_on().filter(Q(area=area) | Q(town__in=towns))
    return list(places.order_by("org").values_list("org", flat=True).distinct())


def _public(org: Any, *, is_held: bool) -> PublicOrg:
    """Of an organisation that came `named`. Of one whose chair must not be found no contact is shown, nor that there is one."""
    shown = [] if is_held else [row for row in org.contacts.all() if row.visibility == Visibility.PUBLIC]
    fields = "、".join(field.name for field in org.fields.all())
    return PublicOrg(
        name=org.label,
        kind=str(OrgKind(org.kind).label),
        activity="　".join(filter(None, (fields, org.activity))),
        contacts=tuple((str(ContactKind(row.kind).label), row.value) for row in shown),
        confirmed_on=org.confirmed_on,
    )


def districts_of(ward: int | None) -> list[Area]:
    """The 地区 of today, of one ward or of all."""
    found = Area.objects.valid_on(timezone.localdate()).filter(kind=AreaKind.DISTRICT).select_related("ward")
    return list((found.filter(ward=ward) if ward else found).order_by("ward__order", "name", "pk"))
