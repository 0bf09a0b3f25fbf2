"""S3 in the demo city: a household of three, a 支援会議 that was held, a role that waits at the agency."""

import datetime as dt

from django.utils import timezone

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.directory.models import Office, Posting
from consultations.models import Consultation
from consultations.services import persons
from consultations.support.enums import MeetingKind
from consultations.support.models import DutyGround, Meeting
from consultations.support.services import meetings, minutes, tasks

CONCERN = "52歳の息子が20年部屋から出ない"
DESK, AGENCY = "inage-somu", "marugoto"


def load() -> int:
    """Once: the father has told, the son was not asked, so it is the meeting that needs no consent."""
    case = next(
        (one for one in Consultation.objects.filter(desk_office__code=DESK) if one.chief_concern == CONCERN),
        None,
    )
    if case is None or case.meetings.exists():
        return 0
    by = _clerk()
    son = persons.add(
        case.pk,
        by=by,
        relation="長男",
        name="見本 長男S3",
        age_band="50代",
        contact_note="父を通さずに電話しない",
    )
    wife = persons.add(case.pk, by=by, relation="妻", name="見本 妻S3", age_band="70代")
    meeting = _meeting(case, by)
    for party in (son, wife):
        meetings.add_subject(meeting.pk, by=by, party=party)
    meetings.fix_members(meeting.pk, by=by)
    everybody = list(meeting.members.order_by("pk").values_list("pk", flat=True))
    meetings.hold(meeting.pk, by=by, held_at=timezone.now(), attended=everybody)
    soon = timezone.localdate() + dt.timedelta(days=14)
    tasks.give(
        meeting.pk, by=by, office=Office.objects.get(code=AGENCY), what="家を訪ねて、父と話す", due_on=soon
    )
    minutes.write(
        meeting.pk,
        by=by,
        points="父だけで抱えてきた。長男は夜に起きている。妻の介護はこれから。",
        decisions="まず父を訪ねる。長男には急がずに会える方法を探す。",
    )
    return 1


def _clerk() -> Actor:
    postings = Posting.objects.active_on().with_duty().filter(post__office__code=DESK, post__role="SC")
    posting = postings.order_by("kind", "id")[0]
    return actor_of(posting.person, posting)


def _meeting(case: Consultation, by: Actor) -> Meeting:
    meeting = meetings.plan(
        case.pk,
        by=by,
        kind=MeetingKind.STATUTORY,
        purpose="世帯の様子を共有し、はじめの訪問を決める",
        starts_at=timezone.now(),
        place="区役所 会議室",
    )
    for number, code in enumerate((DESK, AGENCY), start=1):
        meetings.add_member(
            meeting.pk,
            by=by,
            office=Office.objects.get(code=code),
            name=f"見本 構成員{number}",
            job_title="担当",
            duty=DutyGround.objects.get(code="public-servant" if code == DESK else "contract"),
            pledged_on=timezone.localdate(),
            pledge_method="written",
        )
    meetings.add_agenda(meeting.pk, by=by, title="長男への関わり方")
    meetings.add_hand_out(meeting.pk, by=by, title="世帯の経過")
    return meeting
