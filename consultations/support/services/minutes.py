"""会議録: written by the section, approved by its head, then only supplemented (DOMAIN A4)."""

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import timeline
from consultations.support.models import Meeting, Minutes, MinutesSupplement
from consultations.support.policy import may_approve
from consultations.support.services.locking import MOVED_ON, locked_meeting
from consultations.workflow.errors import Refused


def write(pk: int, *, by: Actor, points: str, decisions: str) -> Minutes:
    """The draft, anew or once more. Raises `Refused` when it was approved meanwhile."""
    with locked_meeting(pk, by=by) as meeting:
        if meeting.state != "held":
            raise Refused("会議録は確定しています。直すことがあるときは、追補を書いてください。")
        found = {
            "points": points, "decisions": decisions, "written_by": by.seat, "written_at": timezone.now(),
        }  # fmt: skip
        minutes, _ = Minutes.objects.update_or_create(meeting=meeting, defaults=found)
    return minutes


def approve(pk: int, *, by: Actor, seen: int) -> Minutes:
    """確定 by the head. `seen` is the second at which the draft that they read was written: another one is read anew."""
    with locked_meeting(pk, by=by, right="support_meeting.approve") as meeting:
        if not may_approve(by, meeting):
            raise Refused("会議録は、すでに確定しています。画面を開き直してください。")
        minutes = Minutes.objects.select_for_update(of=("self",)).filter(meeting=meeting).first()
        if minutes is None:
            raise Refused("会議録がまだ書かれていません。")
        if int(minutes.written_at.timestamp()) != seen:
            raise Refused("読んだあとに会議録が書き直されています。もう一度読んでから確定してください。")
        now = timezone.now()
        minutes.approved_at, minutes.approved_by = now, by.seat
        minutes.save()
        meeting.approve(at=now)
        timeline.record(
            meeting.consultation.matter,
            "support.minutes_approved",
            by,
            what=str(meeting.get_kind_display()),
            sequence=meeting.sequence,
        )
    return minutes


def supplement(pk: int, *, by: Actor, text: str) -> MinutesSupplement:
    """追補: what was approved stays, this stands below it."""
    with locked_meeting(pk, by=by) as meeting:
        if meeting.state != "minutes_approved":
            raise Refused(MOVED_ON)
        return MinutesSupplement.objects.create(
            minutes=Minutes.objects.get(meeting=meeting), at=timezone.now(), by=by.seat, text=text
        )


def of(meeting: Meeting) -> Minutes | None:
    return (
        Minutes.objects.filter(meeting=meeting)
        .select_related("written_by__person", "approved_by__person", "approved_by__post")
        .first()
    )
