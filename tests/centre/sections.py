"""Two wards with a family section each, a case that one of them keeps, and people who have no business with it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from chiba_ward.access import initial as retention_rows
from chiba_ward.access.actor import Actor
from chiba_ward.casework import calendars
from chiba_ward.casework.enums import Channel
from chiba_ward.casework.initial import load as load_deadlines
from chiba_ward.correspondence.initial import load as load_texts
from chiba_ward.directory.enums import OfficeKind, Role
from chiba_ward.directory.models import Office, Posting, Ward
from consultations import choices
from consultations import initial as topic_rows
from consultations.centre import initial
from consultations.centre.enums import Category
from consultations.centre.models import CaseTransfer, ChildSupportPlan, ProgressEntry
from consultations.centre.services import entries, plans, transfers
from consultations.initial import referrals as referral_rows
from consultations.models import Consultation, Party
from consultations.protection import initial as protection_rows
from consultations.services import filing, triage
from consultations.support import initial as meeting_rows
from tests.factories import make_office, make_posting, make_ward
from tests.kept import begin_with
from tests.support.household import act_as, browser

FINDING, WISH, REASON = "登園できている検印見立て", "安心して暮らしたい検印意向", "来月転居する検印理由"
MOTHER, CONCERN = "見本 母親検印", "子どものことで困っている検印主訴"

__all__ = ["CONCERN", "FINDING", "MOTHER", "REASON", "WISH", "Sections", "browser", "make_sections"]


@dataclass
class Sections:
    ward: Ward
    desk: Office
    clerk: Posting
    other_ward: Ward
    other_desk: Office
    receiver: Posting
    colleague: Posting
    stranger: Posting
    elder: Posting
    case: Consultation

    @property
    def by(self) -> Actor:
        return act_as(self.clerk)

    @property
    def there(self) -> Actor:
        """Who is asked in the other ward."""
        return act_as(self.receiver)

    @property
    def beside(self) -> Actor:
        """A second person who is asked."""
        return act_as(self.colleague)

    @property
    def foreigner(self) -> Actor:
        """A section of the same ward that has nothing to do with it."""
        return act_as(self.stranger)

    @property
    def mother(self) -> Party:
        found: Party = self.case.parties.get(kind="consulter")
        return found


def make_sections() -> Sections:
    calendars.forget()
    choices.forget()
    begin_with(
        load_deadlines,
        load_texts,
        referral_rows.load,
        meeting_rows.load,
        topic_rows.load,
        retention_rows.load,
    )
    ward, other = make_ward("wakaba", "若葉区"), make_ward("midori", "緑区")
    make_office("総務課", ward=ward, is_triage_desk=True, routing_code="SOMU")
    family = {"routing_code": "KODOMO", "kind": OfficeKind.HEALTH_WELFARE}
    desk = make_office("若葉区 こども家庭課", ward=ward, notify_email="wakaba@example.test", **family)
    far = make_office("緑区 こども家庭課", ward=other, notify_email="midori@example.test", **family)
    elder = make_office("高齢障害支援課", ward=ward, routing_code="KOREI")
    protection_rows.load()
    initial.load()
    clerk = make_posting(Role.ABUSE_TEAM, office=desk)
    return Sections(
        ward=ward,
        desk=desk,
        clerk=clerk,
        other_ward=other,
        other_desk=far,
        receiver=make_posting(Role.ABUSE_TEAM, office=far),
        colleague=make_posting(Role.ABUSE_TEAM, office=far),
        stranger=make_posting(Role.SECTION, office=elder),
        elder=make_posting(Role.ABUSE_TEAM, office=elder),
        case=filed(ward, clerk),
    )


def filed(ward: Ward, clerk: Posting, **more: Any) -> Consultation:
    """By the family section at its counter, which has it at once."""
    words = filing.Filing(
        chief_concern=CONCERN,
        body="来月引っ越します。",
        ward=ward,
        consulter=filing.Person(name=MOTHER),
        contact={"preferred": "portal"},
        channel=Channel.COUNTER,
        **more,
    )
    case = filing.file(words, by=act_as(clerk)).consultation
    triage.assign(case.pk, by=act_as(clerk), office=clerk.post.office, posting=clerk)
    return Consultation.objects.select_related("matter").get(pk=case.pk)


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def registered(all_: Sections, **fields: Any) -> ProgressEntry:
    wanted = {"category": Category.SUPPORT, "lead": all_.desk, "next_on": in_days(30)} | fields
    return entries.register(wanted.pop("case", all_.case).pk, by=all_.by, **wanted)


def late(all_: Sections, entry: ProgressEntry, days: int = 3) -> None:
    """Its day has passed."""
    ProgressEntry.objects.filter(pk=entry.pk).update(next_on=in_days(-days))


def words(all_: Sections, **more: Any) -> dict[str, Any]:
    return {
        "made_with": all_.mother,
        "wish": WISH,
        "issues": "住まい",
        "support": "月に一度訪ねる",
        "starts_on": in_days(0),
        "ends_on": in_days(180),
        "evaluate_on": in_days(90),
    } | more


def drafted(all_: Sections, entry: ProgressEntry) -> ChildSupportPlan:
    return plans.start(entry.pk, by=all_.by, **words(all_))


def asked(all_: Sections, entry: ProgressEntry, **more: Any) -> CaseTransfer:
    wanted = {
        "ward": all_.other_ward,
        "reason": REASON,
        "caller": "見本 かけた人",
        "called": "見本 受けた人",
        "called_at": timezone.now(),
    }
    return transfers.ask(entry.pk, by=all_.by, **(wanted | more))


def day(prefix: str, on: dt.date) -> dict[str, str]:
    """A day as the form's boxes send it."""
    parts = {"era": "", "year": on.year, "month": on.month, "day": on.day}
    return {f"{prefix}_{part}": str(value) for part, value in parts.items()}
