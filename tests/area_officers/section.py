"""The 地域づくり支援課 of 若葉区 with two officers and a 主査, its 総務課, that of 緑区; a district here and one there."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Area, Posting
from community.area_officers.models import AreaAssignment, AreaVisit
from community.area_officers.services import assignments, notebook
from community.models import CommunityOrg
from tests.community.town import Town, act_as, browser, day, fresh, in_days, make_town
from tests.factories import make_office, make_posting

HEARD, PROMISED = "聞いた検印ことば", "約束した検印こと"
__all__ = ["HEARD", "PROMISED", "Section", "act_as", "browser", "day", "fresh", "in_days", "make_section"]


@dataclass
class Section:
    """`officer` and `second` are 地域担当, `lead` the 主査, `affairs` sits in the 総務課, `far` in the section of 緑区."""

    town: Town
    officer: Posting
    second: Posting
    lead: Posting
    affairs: Posting
    far: Posting

    @property
    def area(self) -> Area:
        return self.town.district

    @property
    def org(self) -> CommunityOrg:
        return self.town.org

    @property
    def by(self) -> Actor:
        return act_as(self.lead)


def make_section() -> Section:
    town = make_town()
    desk = town.clerk.post.office
    general = make_office("若葉区 総務課の本課", ward=town.ward, routing_code="SOMU")
    return Section(
        town=town,
        officer=town.officer,
        second=make_posting(Role.AREA_OFFICER, office=desk),
        lead=town.clerk,
        affairs=make_posting(Role.SECTION, office=general),
        far=make_posting(Role.AREA_OFFICER, office=town.receiver.post.office),
    )


def appointed(section: Section, officer: Posting | None = None, **more: Any) -> AreaAssignment:
    given = {"area": section.area, "part": "primary", "starts_on": in_days(-100)} | more
    return assignments.appoint(by=section.by, officer=officer or section.officer, **given)


def noted(found: AreaAssignment, by: Actor | None = None, **more: Any) -> AreaVisit:
    words = {"on": timezone.localdate(), "occasion": "visit", "heard": HEARD} | more
    return notebook.note(found.pk, by=by or act_as(found.officer), **words)


def promised(section: Section, days: int = 3, **more: Any) -> dict[str, Any]:
    return {"what": PROMISED, "org": section.org, "to_whom": "", "due_on": in_days(days)} | more


def ends(posting: Posting, on: dt.date) -> None:
    """異動: the 発令 ends on that day."""
    Posting.objects.filter(pk=posting.pk).update(ends_on=on)


def paper_words(**more: Any) -> dict[str, Any]:
    return {
        "last_day": in_days(0),
        "going_on": "いま動いている検印こと",
        "people": "会長",
        "next_dates": "",
    } | more


def make_posting_beside(section: Section) -> Posting:
    """Another 地域担当 of the section, who has no district."""
    return make_posting(Role.AREA_OFFICER, office=section.lead.post.office)
