"""A ward with its desk, the head of it, a section, an outside agency, and the meetings they hold."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.directory.enums import OfficeKind, Role
from chiba_ward.directory.models import Office, Posting, Ward
from regional_issues.meetings.enums import Audience, ItemKind, MeetingKind, Way
from regional_issues.meetings.models import AgendaItem, Decision, StandingMember, WardMeeting
from regional_issues.meetings.services import agenda, meetings
from tests.factories import make_office, make_posting, make_ward
from tests.support.household import act_as, browser

__all__ = ["Hall", "act_as", "browser", "fresh", "in_days", "make_hall"]


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


@dataclass
class Hall:
    ward: Ward
    clerk: Posting
    head: Posting
    section: Posting
    agency: Posting
    stranger: Posting

    @property
    def by(self) -> Actor:
        return act_as(self.clerk)

    @property
    def korei(self) -> Office:
        return self.section.post.office

    @property
    def outside(self) -> Office:
        return self.agency.post.office

    def plan(self, kind: str = MeetingKind.INTERNAL, days: int = 7, **more: Any) -> WardMeeting:
        words = {"place": "3階会議室", "way": Way.VISIT, **more}
        starts = timezone.now() + dt.timedelta(days=days)
        return meetings.plan(self.by, kind=kind, starts_at=starts, **words)

    def put(self, meeting: WardMeeting, title: str = "街灯", audience: str = Audience.MEMBERS) -> AgendaItem:
        return agenda.add(
            meeting.pk, by=self.by, title=title, kind=ItemKind.DISCUSSION, audience=audience,
            presenter=self.clerk.post.office,
        )  # fmt: skip

    def called(self, *items: tuple[str, str], **more: Any) -> WardMeeting:
        meeting = self.plan(**more)
        for title, audience in items or (("街灯", Audience.MEMBERS),):
            self.put(meeting, title, audience)
        return meetings.call(meeting.pk, by=self.by)

    def decide(self, meeting: WardMeeting, due: dt.date, office: Office | None = None) -> Decision:
        item = meeting.items.on_agenda().order_by("order", "pk").first()
        assert item is not None
        return agenda.decide(
            meeting.pk, by=self.by, item=item.pk, text="街灯を直す", office=office or self.korei, due_on=due
        )

    def drafted(self, meeting: WardMeeting) -> WardMeeting:
        meetings.hold(meeting.pk, by=self.by, attended=[])
        for item in meeting.items.on_agenda().order_by("pk"):
            outcome = fresh(item).outcome
            agenda.record(meeting.pk, by=self.by, item=item.pk, outcome=outcome, summary="話し合った")
        return meetings.draft(meeting.pk, by=self.by)


def make_hall() -> Hall:
    ward, other = make_ward("wakaba", "若葉区"), make_ward("midori", "緑区")
    desk = make_office("若葉区 地域づくり支援課", ward=ward, routing_code="CHIIKI")
    korei = make_office("若葉区 高齢障害支援課", ward=ward, routing_code="KOREI")
    fire = make_office("見本消防署", kind=OfficeKind.AGENCY)
    far = make_office("緑区 地域づくり支援課", ward=other, routing_code="CHIIKI")
    made = Hall(
        ward=ward,
        clerk=make_posting(Role.SECTION, office=desk),
        head=make_posting(Role.SECTION, office=desk, is_head=True),
        section=make_posting(Role.SECTION, office=korei),
        agency=make_posting(Role.PARTNER, office=fire),
        stranger=make_posting(Role.SECTION, office=far),
    )
    for kind in MeetingKind.values:
        for office in (korei, fire):
            StandingMember.objects.create(ward=ward, kind=kind, office=office)
    return made
