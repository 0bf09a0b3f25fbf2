"""S3 of DOMAIN §10 for tests: a household of three in one matter, a desk with a head, two agencies, a stranger."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.utils import timezone

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.access.doors import ENROLLED_KEY
from chiba_ward.casework import calendars
from chiba_ward.casework.initial import load as load_deadlines
from chiba_ward.correspondence.initial import load as load_texts
from chiba_ward.directory.enums import OfficeKind, Role
from chiba_ward.directory.models import Office, Posting
from consultations import choices
from consultations.initial import referrals as referral_rows
from consultations.models import ConsentGrant, Consultation, Field, Party
from consultations.services import filing, persons, triage
from consultations.support import initial
from consultations.support.enums import MeetingKind
from consultations.support.models import DutyGround, Meeting
from consultations.support.services import consents, meetings, minutes
from tests.conftest import BACKEND
from tests.factories import make_office, make_posting, make_ward
from tests.kept import begin_with

FATHER, SON, WIFE = "見本 父太郎", "見本 息子次郎", "見本 妻花子"
SON_NOTE = "父を通さずに連絡しない検印"
POINTS, DECISIONS = "長男は夜だけ起きている検印要点", "見守りの訪問を月二回にする検印決定"


@dataclass
class Household:
    desk: Office
    clerk: Posting
    head: Posting
    other: Posting
    agency: Office
    worker: Posting
    second: Office
    helper: Posting
    stranger: Posting
    case: Consultation
    father: Party
    son: Party
    wife: Party

    @property
    def by(self) -> Actor:
        return act_as(self.clerk)

    @property
    def boss(self) -> Actor:
        return act_as(self.head)

    @property
    def partner(self) -> Actor:
        return act_as(self.worker)

    @property
    def foreigner(self) -> Actor:
        return act_as(self.stranger)


def act_as(posting: Posting) -> Actor:
    return actor_of(posting.person, posting)


def browser(posting: Posting) -> Client:
    client = Client()
    client.force_login(posting.person, backend=BACKEND)
    session = client.session
    session[ENROLLED_KEY] = posting.person.pk
    session.save()
    return client


def make_household() -> Household:
    calendars.forget()
    choices.forget()
    begin_with(load_deadlines, load_texts, referral_rows.load, initial.load)
    ward = make_ward("inage", "稲毛区")
    desk = make_office("高齢障害支援課", ward=ward, is_triage_desk=True)
    section = make_office("社会援護課", ward=ward)
    agency = make_office("福祉まるごと見本", kind=OfficeKind.AGENCY, notify_email="marugoto@example.test")
    second = make_office("あんしん見本", kind=OfficeKind.AGENCY, notify_email="anshin@example.test")
    far = make_office("よその見本", kind=OfficeKind.AGENCY)
    clerk = make_posting(Role.SECTION, office=desk)
    case = _filed(ward, clerk)
    person = {"by": act_as(clerk), "kana": ""}
    son = persons.add(case.pk, relation="長男", name=SON, age_band="50代", contact_note=SON_NOTE, **person)
    wife = persons.add(case.pk, relation="妻", name=WIFE, age_band="70代", **person)
    return Household(
        desk=desk,
        clerk=clerk,
        head=make_posting(Role.SECTION, office=desk, is_head=True),
        other=make_posting(Role.SECTION, office=section),
        agency=agency,
        worker=make_posting(Role.PARTNER, office=agency),
        second=second,
        helper=make_posting(Role.PARTNER, office=second),
        stranger=make_posting(Role.PARTNER, office=far),
        case=case,
        father=case.parties.get(kind="consulter"),
        son=son,
        wife=wife,
    )


def _filed(ward: Any, clerk: Posting) -> Consultation:
    filed = filing.file(
        filing.Filing(
            chief_concern="息子が二十年部屋から出てきません",
            body="妻が要介護2になり、私も心臓が悪い。",
            ward=ward,
            consulter=filing.Person(name=FATHER),
            contact={"preferred": "portal"},
            channel="counter",
        ),
        by=act_as(clerk),
    )
    triage.take(filed.consultation.pk, by=act_as(clerk))
    return Consultation.objects.get(pk=filed.consultation.pk)


def several_fields(house: Household) -> None:
    """Two fields, as staff confirm them."""
    rows = [
        Field.objects.get_or_create(code=code, defaults={"name": name})[0]
        for code, name in (("hikikomori", "ひきこもり"), ("elder", "高齢"))
    ]
    triage.set_fields(house.case.pk, by=house.by, fields=rows, flags=[], applies_intent="")


def planned(house: Household, kind: str = MeetingKind.STATUTORY, **fields: Any) -> Meeting:
    wanted: dict[str, Any] = {
        "kind": kind,
        "purpose": "世帯の支え方を決める",
        "starts_at": timezone.now() + dt.timedelta(days=7),
        "place": "三階会議室",
    }
    return meetings.plan(house.case.pk, by=fields.pop("by", house.by), **(wanted | fields))


def invite(house: Household, meeting: Meeting, *offices: Office, bound: bool = True) -> None:
    """One person of each office; `bound` with duty and pledge."""
    duty = DutyGround.objects.get(code="contract")
    pledge = {"duty": duty, "pledged_on": timezone.localdate(), "pledge_method": "written"} if bound else {}
    for office in offices:
        name = f"出席 {choices.office_names().get(office.pk) or office.name_on(timezone.localdate())}"
        meetings.add_member(meeting.pk, by=house.by, office=office, name=name, job_title="相談員", **pledge)


def consent(house: Household, meeting: Meeting, party: Party) -> list[ConsentGrant]:
    return consents.record_for_members(
        meeting.pk, by=house.by, party=party, method="oral", obtained_on=timezone.localdate()
    )


def fixed(house: Household, kind: str = MeetingKind.STATUTORY, *subjects: Party) -> Meeting:
    """Members of the desk and the agency; the subjects have consented where that is needed."""
    meeting = planned(house, kind)
    invite(house, meeting, house.desk, house.agency)
    for party in subjects or (house.father,):
        if kind == MeetingKind.MULTI_LAYER:
            consent(house, meeting, party)
        meetings.add_subject(meeting.pk, by=house.by, party=party)
    meetings.add_agenda(meeting.pk, by=house.by, title="長男への関わり方")
    meetings.add_hand_out(meeting.pk, by=house.by, title="世帯の経過")
    meetings.fix_members(meeting.pk, by=house.by)
    return fresh(meeting)


def held(house: Household, kind: str = MeetingKind.STATUTORY, *subjects: Party) -> Meeting:
    meeting = fixed(house, kind, *subjects)
    everybody = list(meeting.members.values_list("pk", flat=True))
    meetings.hold(meeting.pk, by=house.by, held_at=timezone.now(), attended=everybody)
    return fresh(meeting)


def minuted(house: Household, kind: str = MeetingKind.STATUTORY, *subjects: Party) -> Meeting:
    meeting = held(house, kind, *subjects)
    minutes.write(meeting.pk, by=house.by, points=POINTS, decisions=DECISIONS)
    approve(house, meeting)
    return fresh(meeting)


def approve(house: Household, meeting: Meeting) -> None:
    written = minutes.of(meeting)
    assert written is not None
    minutes.approve(meeting.pk, by=house.boss, seen=int(written.written_at.timestamp()))


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)
