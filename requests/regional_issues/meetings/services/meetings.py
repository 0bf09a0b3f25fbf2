"""A meeting from its preparation to its approved minutes."""

import datetime as dt

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework.refusals import Refused
from chiba_ward.directory.models import Office
from chiba_ward.ui.japanese_dates import fiscal_year, local_date
from regional_issues.meetings.enums import Answer, AnswerChannel, MeetingState, Outcome
from regional_issues.meetings.models import Invitation, MinutesSupplement, StandingMember, WardMeeting
from regional_issues.meetings.services import agenda
from regional_issues.meetings.services.locking import in_words, locked_meeting

RUN, APPROVE, ANSWER = "ward_meeting.run", "ward_meeting.approve", "ward_meeting.answer"
BEFORE = (MeetingState.PLANNED, MeetingState.CALLED)


def plan(
    by: Actor, *, kind: str, starts_at: dt.datetime, place: str, way: str, is_urgent: bool = False
) -> WardMeeting:
    """準備を始める: the standing members of that day are called later, the agenda of a regular one fills itself."""
    office = by.seat.post.office
    if office.ward is None:
        raise Refused("区の課だけが、調整会議を開けます。")
    if starts_at <= timezone.now():
        raise Refused("これからの日時にしてください。", "starts_on")
    year = fiscal_year(local_date(starts_at))
    with in_words(), transaction.atomic():
        before = WardMeeting.objects.filter(ward=office.ward, kind=kind, fiscal_year=year)
        number = before.aggregate(last=Max("number"))["last"] or 0
        made = WardMeeting.objects.create(
            ward=office.ward, kind=kind, is_urgent=is_urgent, fiscal_year=year, number=number + 1,
            starts_at=starts_at, place=place, way=way, office=office, created_by=by.seat,
        )  # fmt: skip
        _invite_standing(made)
        agenda.fill(made.ward_id, kind)
    return made


def _invite_standing(meeting: WardMeeting) -> None:
    there = StandingMember.objects.on(local_date(meeting.starts_at)).filter(
        ward=meeting.ward_id, kind=meeting.kind
    )
    Invitation.objects.bulk_create(
        [
            Invitation(meeting=meeting, office_id=pk)
            for pk in there.order_by("pk").values_list("office", flat=True)
        ]
    )


def postpone(pk: int, *, by: Actor, starts_at: dt.datetime) -> WardMeeting:
    """延期・日時の変更: whoever had answered is asked again, since the answer was for another day."""
    with locked_meeting(pk, by=by, right=RUN) as meeting:
        _require(meeting, *BEFORE)
        if starts_at <= timezone.now():
            raise Refused("これからの日時にしてください。", "starts_on")
        if fiscal_year(local_date(starts_at)) != meeting.fiscal_year:
            raise Refused("年度をまたぐときは、新しい会議として準備してください。", "starts_on")
        meeting.starts_at = starts_at
        meeting.save()
        meeting.invitations.update(answer="", channel="", answered_at=None, answered_by=None)
    return meeting


def invite(pk: int, *, by: Actor, office: Office) -> Invitation:
    """One more office or outside organisation for this meeting alone."""
    with locked_meeting(pk, by=by, right=RUN) as meeting:
        _require(meeting, *BEFORE)
        return Invitation.objects.create(meeting=meeting, office=office)


def call(pk: int, *, by: Actor) -> WardMeeting:
    """招集する: every invited office finds the meeting and its items from now on."""
    with locked_meeting(pk, by=by, right=RUN) as meeting:
        if not meeting.invitations.exists():
            raise Refused("招集先がありません。先に「招集先を足す」で入れてください。")
        if not meeting.items.on_agenda().exists():
            raise Refused("次第に議題がありません。先に「議題を足す」で入れてください。")
        agenda.table_issues(meeting, by=by)
        meeting.call(by=by.seat, at=timezone.now())
        meeting.save()
    return meeting


def answer(pk: int, *, by: Actor, comes: str) -> Invitation:
    """出欠を返す: the invited office for itself, on the screen."""
    with locked_meeting(pk, by=by, right=ANSWER) as meeting:
        found = meeting.invitations.filter(office=by.office_id).first()
        if found is None:
            raise Refused("この会議に招かれていません。")
        return _answered(meeting, found, by, comes, AnswerChannel.ONLINE)


def answer_for(pk: int, *, by: Actor, invitation: int, comes: str, channel: str) -> Invitation:
    """電話などで聞いた出欠を入れる: by the desk."""
    with locked_meeting(pk, by=by, right=RUN) as meeting:
        found = meeting.invitations.filter(pk=invitation).first()
        if found is None:
            raise Refused("招集先を選び直してください。", "invitation")
        return _answered(meeting, found, by, comes, channel)


def _answered(meeting: WardMeeting, row: Invitation, by: Actor, comes: str, channel: str) -> Invitation:
    """The first answer stands against a second one of the same words; another one replaces it, in a name."""
    _require(meeting, MeetingState.CALLED)
    if row.answer == comes:
        raise Refused("すでに、同じ返事が入っています。")
    row.answer, row.channel = Answer(comes), AnswerChannel(channel)
    row.answered_at, row.answered_by = timezone.now(), by.seat
    row.save()
    return row


def hold(pk: int, *, by: Actor, attended: list[int]) -> WardMeeting:
    """開催を終える: who came; whatever has no result goes on to the next agenda."""
    with locked_meeting(pk, by=by, right=RUN) as meeting:
        meeting.hold(at=timezone.now())
        meeting.save()
        meeting.invitations.update(attended=False)
        meeting.invitations.filter(pk__in=attended).update(attended=True)
        meeting.items.on_agenda().filter(outcome=Outcome.WAITING).update(outcome=Outcome.CARRIED)
        agenda.fill(meeting.ward_id, meeting.kind)
    return meeting


def draft(pk: int, *, by: Actor) -> WardMeeting:
    """会議録の案を所属長に回す: every item has its words."""
    with locked_meeting(pk, by=by, right=RUN) as meeting:
        if meeting.items.on_agenda().filter(summary="").exists():
            raise Refused("要点のない議題があります。先に「結果と要点を記録する」で入れてください。")
        meeting.draft(by=by.seat, at=timezone.now())
        meeting.save()
    return meeting


def send_back(pk: int, *, by: Actor, reason: str) -> WardMeeting:
    with locked_meeting(pk, by=by, right=APPROVE) as meeting:
        meeting.send_back(reason=reason)
        meeting.save()
    return meeting


def approve(pk: int, *, by: Actor, number: str) -> WardMeeting:
    """会議録を確定する: by the head of the section that convened."""
    with locked_meeting(pk, by=by, right=APPROVE) as meeting:
        meeting.approve(by=by.seat, at=timezone.now(), number=number)
        meeting.save()
    return meeting


def supplement(pk: int, *, by: Actor, text: str, is_internal: bool) -> MinutesSupplement:
    """追補する: the only thing that approved minutes take."""
    with locked_meeting(pk, by=by, right=RUN) as meeting:
        _require(meeting, MeetingState.APPROVED)
        if is_internal and meeting.is_outward:
            raise Refused("区行政連絡調整会議には、内部のみの追補を付けられません。", "is_internal")
        return MinutesSupplement.objects.create(
            meeting=meeting, text=text, is_internal=is_internal, by=by.seat
        )


def _require(meeting: WardMeeting, *states: MeetingState) -> None:
    if meeting.state not in states:
        raise Refused("ほかの人の操作で状態が変わっています。画面を開き直してください。")
