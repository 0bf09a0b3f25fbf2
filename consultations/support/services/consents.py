"""Consents of the persons discussed: who lacks one, one form for all members, and what a withdrawal undoes."""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import timeline
from chiba_ward.directory.models import Office
from consultations.enums import ExcerptItem
from consultations.models import ConsentGrant, Party
from consultations.services import referrals
from consultations.support.enums import AFTERWARDS, NOT_YET_HELD, MeetingKind, MeetingState
from consultations.support.kinds import kind_of
from consultations.support.models import Meeting, Member, RoleTask, Subject
from consultations.support.services.locking import locked_meeting
from consultations.workflow.errors import Refused

ITEMS = (ExcerptItem.SUBJECT, ExcerptItem.CONCERN)


def offices_of(meeting: Meeting) -> list[Office]:
    """The member offices that hear something new: all but the section that keeps the case."""
    ids = meeting.members.exclude(office=meeting.office_id).filter(ended_at__isnull=True).values("office")
    return list(Office.objects.filter(pk__in=ids.order_by()).order_by("code"))


def missing_for(meeting: Meeting, party: Party) -> list[Office]:
    """The member offices for which this person has given no consent that holds today."""
    given = ConsentGrant.objects.in_force().filter(person=party, items__contains=[ExcerptItem.SUBJECT])
    known = set(given.order_by().values_list("to_office", flat=True))
    return [office for office in offices_of(meeting) if office.pk not in known]


def refuse_without_consent(meeting: Meeting, party: Party) -> None:
    """C6. The database says the same once more, whoever comes between."""
    if not kind_of(meeting.kind).needs_consent:
        return
    if not offices_of(meeting):
        raise Refused(
            "重層的支援会議では、先に構成員を決め、その課・機関に話してよいという同意を得てください。",
            "party",
        )
    if missing := missing_for(meeting, party):
        today = timezone.localdate()
        names = "、".join(office.name_on(today) for office in missing)
        raise Refused(
            f"この人の同意がありません（{names}に話すこと）。同意を記録するか、同意のいらない支援会議で情報を共有してください。",
            "party",
        )


def record_for_members(
    pk: int,
    *,
    by: Actor,
    party: Party,
    method: str,
    obtained_on: dt.date,
    valid_until: dt.date | None = None,
    paper_location: str = "",
) -> list[ConsentGrant]:
    """One person says yes to every member office: a consent for each, so that each can be withdrawn by itself."""
    with locked_meeting(pk, by=by) as meeting:
        offices = missing_for(meeting, party)
        if not offices_of(meeting):
            raise Refused("先に、構成員の課・機関を決めてください。", "party")
        return [
            referrals.record_consent(
                meeting.consultation_id,
                by=by,
                to_office=office,
                items=ITEMS,
                method=method,
                obtained_on=obtained_on,
                valid_until=valid_until,
                paper_location=paper_location,
                person=party,
            )
            for office in offices
        ]


def fall_back(consent: ConsentGrant, by: Actor) -> None:
    """同意の撤回, under the lock of the case: the person is no longer discussed on consent, and what hung on it ends.

    Before the meeting: the person is taken off and the members are fixed anew, since agenda and papers may tell of
    them. Afterwards: the other offices read it no more and their open tasks of it end.
    """
    if consent.person_id is None:
        return
    for subject in _discussed(consent):
        meeting = subject.meeting
        if not missing_for(meeting, subject.party) or not _is_member(meeting, consent.to_office_id):
            continue
        subject.taken_off_at = timezone.now()
        subject.save(update_fields=["taken_off_at"])
        if meeting.state in AFTERWARDS:
            _close_to_others(meeting)
        elif meeting.state == MeetingState.MEMBERS_FIXED:
            reopen_for_others(meeting)
        timeline.record(consent.consultation.matter, "support.consent_gone", by, meeting=meeting.pk)
    _end_plan_tasks(consent)


def _discussed(consent: ConsentGrant) -> Iterable[Subject]:
    rows = Subject.objects.filter(
        party=consent.person_id,
        taken_off_at__isnull=True,
        meeting__kind=MeetingKind.MULTI_LAYER,
        meeting__state__in=[*NOT_YET_HELD, *AFTERWARDS],
    )
    meetings = (
        Meeting.objects.filter(pk__in=rows.values("meeting")).select_for_update(of=("self",)).order_by("pk")
    )
    by_key = {meeting.pk: meeting for meeting in meetings}
    for subject in rows.select_related("party").order_by("pk"):
        subject.meeting = by_key[subject.meeting_id]
        yield subject


def _is_member(meeting: Meeting, office: int) -> bool:
    return meeting.members.filter(office=office, ended_at__isnull=True).exists()


def reopen_for_others(meeting: Meeting) -> None:
    """Under the lock: nobody but the convener sees the meeting until its members are fixed again."""
    meeting.reopen()
    meeting.members.update(fixed_at=None)
    meeting.save()


def _close_to_others(meeting: Meeting) -> None:
    now = timezone.now()
    others = Member.objects.filter(meeting=meeting, ended_at__isnull=True).exclude(office=meeting.office_id)
    others.update(ended_at=now)
    RoleTask.objects.filter(meeting=meeting, done_at__isnull=True, cancelled_at__isnull=True).exclude(
        office=meeting.office_id
    ).update(cancelled_at=now)


def _end_plan_tasks(consent: ConsentGrant) -> None:
    """The office that may hear of the person no more has nothing more to do in plans about them."""
    tasks = RoleTask.objects.filter(
        plan__people__party=consent.person_id, office=consent.to_office_id, cancelled_at__isnull=True
    )
    keys = list(tasks.filter(done_at__isnull=True).order_by("pk").values_list("pk", flat=True))
    RoleTask.objects.filter(pk__in=keys).update(cancelled_at=timezone.now())
