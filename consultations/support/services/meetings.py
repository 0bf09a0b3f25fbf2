"""支援会議・重層的支援会議・個別ケース検討会議: planned, members fixed, held (DOMAIN App. B, PEERS J6)."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Max
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import timeline
from chiba_ward.correspondence import notices
from chiba_ward.directory.models import Office
from chiba_ward.directory.selectors import offices_for_referral
from consultations.enums import PartyKind
from consultations.models import Party
from consultations.services.base import locked_case, note_first_action
from consultations.support.enums import MeetingKind
from consultations.support.kinds import kind_of
from consultations.support.models import (
    AgendaItem,
    DutyGround,
    HandOut,
    HandOutCopy,
    Meeting,
    MeetingRule,
    Member,
    Subject,
)
from consultations.support.policy import may_convene
from consultations.support.services.consents import refuse_without_consent, reopen_for_others
from consultations.support.services.locking import in_words, locked_meeting
from consultations.workflow.errors import Refused

INVITED, CANCELLED = "escalation.meeting", "escalation.meeting_off"


def plan(
    case_pk: int,
    *,
    by: Actor,
    kind: str,
    purpose: str,
    starts_at: dt.datetime,
    place: str,
    requested_on: dt.date | None = None,
) -> Meeting:
    """A meeting in preparation. Nobody outside the section knows of it. Raises `Refused` for a kind of another's."""
    with locked_case(case_pk, by=by, right="consultation.convene") as case:
        if not may_convene(by, case):
            raise Refused("終わった相談では、会議を開けません。先に再開してください。")
        wanted = kind_of(kind)
        if wanted.convened_by and by.role not in wanted.convened_by:
            raise Refused(wanted.refusal, "kind")
        note_first_action(case)
        made: Meeting = Meeting.objects.create(
            consultation=case,
            kind=kind,
            sequence=_next(case.meetings, "sequence"),
            office=by.seat.post.office,
            purpose=purpose,
            starts_at=starts_at,
            place=place,
            requested_on=requested_on or timezone.localdate(),
            created_by=by.seat,
        )
        _tell(made, "support.meeting_planned", by)
    return made


def add_member(
    pk: int,
    *,
    by: Actor,
    office: Office,
    name: str,
    job_title: str,
    duty: DutyGround | None = None,
    pledged_on: dt.date | None = None,
    pledge_method: str = "",
) -> Member:
    """Somebody of the own office or of the address book. Without duty and pledge they are invited, not members."""
    with locked_meeting(pk, by=by) as meeting:
        _refuse_unless_planned(meeting)
        _refuse_strangers(office, by)
        _check_duty(meeting, duty)
        _check_pledge(pledged_on, pledge_method)
        member: Member = Member.objects.create(
            meeting=meeting,
            number=_next(meeting.members, "number"),
            office=office,
            name=name,
            job_title=job_title,
            duty=duty,
            pledged_on=pledged_on,
            pledge_method=pledge_method,
        )
    return member


def pledge(
    pk: int, member: int, *, by: Actor, duty: DutyGround | None, pledged_on: dt.date, pledge_method: str
) -> Member:
    """誓約 of somebody who was invited before."""
    with locked_meeting(pk, by=by) as meeting:
        _refuse_unless_planned(meeting)
        _check_duty(meeting, duty)
        _check_pledge(pledged_on, pledge_method)
        row: Member = meeting.members.get(pk=member)
        row.duty, row.pledged_on, row.pledge_method = duty, pledged_on, pledge_method
        row.save()
    return row


def drop_member(pk: int, member: int, *, by: Actor) -> Meeting:
    with locked_meeting(pk, by=by) as meeting:
        _refuse_unless_planned(meeting)
        meeting.members.filter(pk=member).delete()
    return meeting


def add_subject(pk: int, *, by: Actor, party: Party) -> Subject:
    """Somebody to speak of. In a 重層的支援会議 only with a consent for every member office (C6)."""
    with locked_meeting(pk, by=by) as meeting:
        _refuse_unless_ahead(meeting)
        if party.consultation_id != meeting.consultation_id or party.kind == PartyKind.PROXY:
            raise Refused("対象者を、この相談の人の中から選んでください。", "party")
        refuse_without_consent(meeting, party)
        with in_words():
            subject, _ = Subject.objects.update_or_create(
                meeting=meeting, party=party, defaults={"taken_off_at": None}
            )
    return subject


def take_off(pk: int, subject: int, *, by: Actor) -> Meeting:
    with locked_meeting(pk, by=by) as meeting:
        _refuse_unless_ahead(meeting)
        meeting.subjects.filter(pk=subject).delete()
    return meeting


def add_agenda(pk: int, *, by: Actor, title: str) -> AgendaItem:
    with locked_meeting(pk, by=by) as meeting:
        _refuse_unless_ahead(meeting)
        return AgendaItem.objects.create(meeting=meeting, order=_next(meeting.agenda, "order"), title=title)


def add_hand_out(pk: int, *, by: Actor, title: str) -> HandOut:
    """One more numbered paper; its copies are numbered by member when the members are fixed."""
    with locked_meeting(pk, by=by) as meeting:
        _refuse_unless_ahead(meeting)
        paper: HandOut = HandOut.objects.create(
            meeting=meeting, number=_next(meeting.hand_outs, "number"), title=title
        )
        if meeting.members_fixed_at:
            _number_copies(meeting)
    return paper


def fix_members(pk: int, *, by: Actor) -> Meeting:
    """構成員確定: everybody is bound and has pledged, or nobody is let in. Their offices are told, without content."""
    with locked_meeting(pk, by=by) as meeting:
        _refuse_unbound(meeting)
        for subject in meeting.subjects.filter(taken_off_at__isnull=True).select_related("party"):
            refuse_without_consent(meeting, subject.party)
        rule = MeetingRule.objects.filter(kind=meeting.kind).first()
        if rule is None:
            raise Refused(
                "この会議の根拠が登録されていません。システム管理の人に「会議の根拠」の登録を頼んでください。"
            )
        now = timezone.now()
        meeting.fix(at=now, basis=rule.basis, duty=rule.duty)
        meeting.members.update(fixed_at=now)
        _number_copies(meeting)
        _tell(meeting, "support.members_fixed", by, members=meeting.members.count())
        tell_members(meeting, INVITED)
    return meeting


def reopen_members(pk: int, *, by: Actor) -> Meeting:
    """決め直し: the members lose sight of it until they are fixed again."""
    with locked_meeting(pk, by=by) as meeting:
        reopen_for_others(meeting)
        _tell(meeting, "support.members_reopened", by)
    return meeting


def hold(pk: int, *, by: Actor, held_at: dt.datetime, attended: Collection[int]) -> Meeting:
    """開催した, with who was there. A consent that ran out meanwhile takes its person off the table."""
    with locked_meeting(pk, by=by) as meeting:
        if held_at > timezone.now():
            raise Refused("開催した日時は、今までの日時にしてください。", "held_on")
        if not attended:
            raise Refused("出席した人に印を付けてください。", "attended")
        subjects = meeting.subjects.filter(taken_off_at__isnull=True).select_related("party")
        if not subjects:
            raise Refused("対象者を一人以上決めてから、開催を記録してください。")
        for subject in subjects:
            refuse_without_consent(meeting, subject.party)
        meeting.hold(at=held_at)
        meeting.members.filter(pk__in=attended).update(attended=True)
        meeting.members.exclude(pk__in=attended).update(attended=False)
        _tell(meeting, "support.meeting_held", by)
    return meeting


def cancel(pk: int, *, by: Actor, reason: str) -> Meeting:
    with locked_meeting(pk, by=by) as meeting:
        was_known = meeting.members_fixed_at is not None
        meeting.cancel(at=timezone.now())
        _tell(meeting, "support.meeting_cancelled", by, text=reason)
        if was_known:
            tell_members(meeting, CANCELLED)
    return meeting


def set_review(
    pk: int, *, by: Actor, review_on: dt.date, lead_office: Office | None, lead_name: str
) -> Meeting:
    """How it goes on: the next look has a date, and one office and person lead (J6)."""
    with locked_meeting(pk, by=by) as meeting:
        if review_on <= timezone.localdate():
            raise Refused("次に見直す日は、あすからあとの日にしてください。", "review_on")
        if bool(lead_office) != bool(lead_name):
            raise Refused("主担当は、課・機関と人の名前の両方を入力してください。", "lead_name")
        meeting.review_on = review_on
        if lead_office:
            meeting.lead_office, meeting.lead_name = lead_office, lead_name
            meeting.lead_named_at = meeting.lead_named_at or timezone.now()
        _tell(meeting, "support.review_set", by)
    return meeting


def tell_members(meeting: Meeting, key: str) -> None:
    """The number and 「見てください」, to each office once; the mail says nothing of whom or what."""
    ids = meeting.members.exclude(office=meeting.office_id).order_by().values("office")
    for office in Office.objects.filter(pk__in=ids).order_by("code"):
        notices.tell_office(meeting.consultation.matter, office, key)


def _tell(meeting: Meeting, line: str, by: Actor, *, text: str = "", **data: Any) -> None:
    """A line for the house alone: the persons of a matter are never told of a meeting by the machine (S10)."""
    kind = str(MeetingKind(meeting.kind).label)
    timeline.record(
        meeting.consultation.matter, line, by, text=text, what=kind, sequence=meeting.sequence, **data
    )


def _number_copies(meeting: Meeting) -> None:
    members = list(meeting.members.order_by("number"))
    HandOutCopy.objects.bulk_create(
        [HandOutCopy(hand_out=paper, member=one) for paper in meeting.hand_outs.all() for one in members],
        ignore_conflicts=True,
    )


def _next(rows: object, name: str) -> int:
    last: int | None = rows.aggregate(last=Max(name))["last"]  # type: ignore[attr-defined]  # a manager
    return (last or 0) + 1


def _refuse_unless_planned(meeting: Meeting) -> None:
    if meeting.state != "planned":
        raise Refused("構成員は確定しています。変えるときは、先に「構成員を決め直す」を押してください。")


def _refuse_unless_ahead(meeting: Meeting) -> None:
    if meeting.state not in ("planned", "members_fixed"):
        raise Refused("開催した会議や中止した会議は、もう変えられません。")


def _refuse_strangers(office: Office, by: Actor) -> None:
    own = by.seat.post.office
    if office.pk != own.pk and not offices_for_referral(own).filter(pk=office.pk).exists():
        raise Refused("課・機関を、名簿の中から選んでください。", "office")


def _check_duty(meeting: Meeting, duty: DutyGround | None) -> None:
    if duty and (meeting.kind not in duty.kinds or not duty.is_active):
        raise Refused("この守秘義務の根拠は、この種類の会議には使えません。", "duty")


def _check_pledge(pledged_on: dt.date | None, method: str) -> None:
    if pledged_on and pledged_on > timezone.localdate():
        raise Refused("誓約した日は、今日までの日にしてください。", "pledged_on")
    if bool(pledged_on) != bool(method):
        raise Refused("誓約は、日と方法の両方を入力してください。", "pledge_method")


def _refuse_unbound(meeting: Meeting) -> None:
    members = list(meeting.members.order_by("number"))
    unbound = [one for one in members if one.duty_id is None or one.pledged_on is None]
    if unbound:
        names = "、".join(f"{one.name}さん" for one in unbound)
        raise Refused(
            f"{names}は、守秘義務の根拠か誓約の記録がないので、構成員にできません。記録するか、招く人から外してください。",
            "members",
        )
    if len({one.office_id for one in members}) < 2:
        raise Refused("二つ以上の課・機関から、構成員を決めてください。", "members")
