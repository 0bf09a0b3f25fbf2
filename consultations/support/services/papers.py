"""Collection of the numbered copies: what was handed out on paper comes back (J6)."""

from collections.abc import Collection

from django.db.models import QuerySet
from django.utils import timezone

from chiba_ward.access.actor import Actor
from consultations.support.models import HandOutCopy, Meeting
from consultations.support.services.locking import locked_meeting
from consultations.workflow.errors import Refused


def collect(pk: int, copies: Collection[int], *, by: Actor) -> int:
    """Tick copies that came back; what was ticked before keeps its time and name. How many are still out."""
    with locked_meeting(pk, by=by) as meeting:
        if not copies:
            raise Refused("回収した資料に印を付けてください。", "copies")
        rows = of(meeting).filter(pk__in=copies, collected_at__isnull=True)
        rows.update(collected_at=timezone.now(), collected_by=by.seat)
        return of(meeting).filter(collected_at__isnull=True).count()


def of(meeting: Meeting) -> "QuerySet[HandOutCopy]":
    return HandOutCopy.objects.filter(hand_out__meeting=meeting)
