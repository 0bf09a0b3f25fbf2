"""Two wards with a community section each, an association with a chair, one that files on paper, an NPO of both wards."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.directory.enums import AreaKind, Role
from chiba_ward.directory.models import Area, Posting, Ward
from chiba_ward.ui.japanese_dates import fiscal_year
from community import initial, years
from community.enums import ContactKind, OrgKind, Visibility
from community.models import AnnualReturn, CommunityOrg, OrgPlace
from community.services import annual, handover, orgs
from tests.factories import make_office, make_posting, make_ward
from tests.support.household import act_as, browser

CHAIR, HOME_PHONE = "見本 会長検印", "043-999-0001"
__all__ = ["CHAIR", "HOME_PHONE", "Town", "act_as", "browser", "make_town"]


@dataclass
class Town:
    ward: Ward
    clerk: Posting
    officer: Posting
    other_ward: Ward
    receiver: Posting
    colleague: Posting
    reception: Posting
    org: CommunityOrg
    paper: CommunityOrg
    npo: CommunityOrg
    district: Area
    far_district: Area

    @property
    def by(self) -> Actor:
        return act_as(self.clerk)

    @property
    def beside(self) -> Actor:
        return act_as(self.officer)

    @property
    def there(self) -> Actor:
        return act_as(self.receiver)

    @property
    def chair(self) -> Posting:
        found: Posting = Posting.objects.with_duty().get(post__office=fresh(self.org).office)
        return found

    @property
    def chairs(self) -> Actor:
        return act_as(self.chair)


def make_town() -> Town:
    initial.load()
    ward, other = make_ward("wakaba", "若葉区"), make_ward("midori", "緑区")
    desk = make_office("若葉区 地域づくり支援課", ward=ward, routing_code="CHIIKI")
    far = make_office("緑区 地域づくり支援課", ward=other, routing_code="CHIIKI")
    elder = make_office("若葉区 高齢障害支援課", ward=ward, routing_code="KOREI")
    front = make_office("若葉区 総務課", ward=ward, routing_code="SOMU")
    clerk, officer = make_posting(Role.SECTION, office=desk), make_posting(Role.AREA_OFFICER, office=desk)
    areas = {
        slug: Area.objects.create(kind=AreaKind.DISTRICT, ward=one, name=f"{one.name}見本地区")
        for slug, one in (("near", ward), ("far", other))
    }
    by = act_as(clerk)
    org = entered(by, "見本町内会", "ミホンチョウナイカイ", ward)
    handover.hand_over(org.pk, by=by, post="会長", name=CHAIR, email="kaicho@example.test", on=in_days(-200))
    orgs.put_contact(
        org.pk, by=by, kind=ContactKind.HOME_PHONE, value=HOME_PHONE, visibility=Visibility.PRIVATE
    )
    orgs.put_contact(
        org.pk, by=by, kind=ContactKind.PHONE, value="043-999-0002", visibility=Visibility.PUBLIC
    )
    OrgPlace.objects.create(org=org, area=areas["near"])
    npo = entered(by, "見本NPO", "ミホンエヌピーオー", ward, kind=OrgKind.NPO, files_return=False)
    OrgPlace.objects.create(org=npo, area=areas["far"])
    return Town(
        ward=ward,
        clerk=clerk,
        officer=officer,
        other_ward=other,
        receiver=make_posting(Role.SECTION, office=far),
        colleague=make_posting(Role.SECTION, office=elder),
        reception=make_posting(Role.RECEPTION, office=front),
        org=fresh(org),
        paper=entered(by, "見本紙町内会", "ミホンカミチョウナイカイ", ward),
        npo=npo,
        district=areas["near"],
        far_district=areas["far"],
    )


def entered(by: Actor, name: str, kana: str, ward: Ward | None, **more: Any) -> CommunityOrg:
    plain = {"kind": OrgKind.NEIGHBOURHOOD, "activity": "清掃", "files_return": True, "began_on": None} | more
    return orgs.create(by=by, name=name, kana=kana, ward=ward, **plain)


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def words(org: CommunityOrg, **more: Any) -> dict[str, Any]:
    """A whole 現況届 as the form gives it."""
    known = annual.prefilled(org, years.current().fiscal_year)
    return {**known, "members": 120, "households": 200, "counted_on": in_days(-3), **more}


def submitted(town: Town, **more: Any) -> AnnualReturn:
    return annual.submit(town.org.pk, by=town.chairs, **words(town.org, **more))


def this_year() -> int:
    return fiscal_year(timezone.localdate())


def day(prefix: str, on: dt.date) -> dict[str, str]:
    """A day as the form's boxes send it."""
    parts = {"era": "", "year": on.year, "month": on.month, "day": on.day}
    return {f"{prefix}_{part}": str(value) for part, value in parts.items()}


def typed(town: Town, **more: str) -> dict[str, str]:
    """What an officer's browser sends for a whole 現況届."""
    return {
        "name": "見本町内会",
        "kana": "ミホンチョウナイカイ",
        "activity": "清掃",
        "members": "120",
        "households": "200",
        "phone": "043-999-0002",
        "phone_visibility": "public",
        "home_phone": HOME_PHONE,
        "home_phone_visibility": "private",
        "note": "",
        "go": "submit",
        **day("counted_on", in_days(-3)),
        **more,
    }
