"""What the page of a meeting shows, to whom."""

from typing import Any

from django.db.models import Prefetch

from chiba_ward.access.actor import Actor
from chiba_ward.ui.japanese_dates import local_date
from regional_issues.meetings.enums import Answer, MeetingKind
from regional_issues.meetings.models import AgendaItem, Decision, Invitation, MinutesSupplement, WardMeeting


def items_of(meeting: WardMeeting, actor: Actor) -> list[AgendaItem]:
    decided = Decision.objects.visible_to(actor).select_related("office").prefetch_related("office__versions")
    shown = meeting.items.shown_to(actor).on_agenda().select_related("presenter", "overdue", "carried_from")
    decisions = Prefetch("decisions", decided.order_by("pk"), to_attr="decided")
    found: list[AgendaItem] = list(
        shown.prefetch_related(decisions, "presenter__versions").order_by("order", "pk")
    )
    return found


def supplements_of(meeting: WardMeeting, actor: Actor) -> list[MinutesSupplement]:
    """Internal ones for staff of the ward alone, as internal items are."""
    found = meeting.supplements.select_related("by__person").order_by("pk")
    is_inside = actor.is_staff and actor.ward_id == meeting.ward_id and meeting.kind == MeetingKind.INTERNAL
    return list(found if is_inside else found.filter(is_internal=False))


def invitations_of(meeting: WardMeeting, actor: Actor) -> list[Invitation]:
    """All of them for staff; an outside member reads its own answer."""
    found = meeting.invitations.select_related("office", "answered_by__person")
    found = found.prefetch_related("office__versions").order_by("pk")
    return list(found.filter(office=actor.office_id) if actor.is_partner else found)


def unanswered(meeting: WardMeeting) -> list[dict[str, Any]]:
    """Whom to ring: the office with the telephone of the meeting's day."""
    rows = meeting.invitations.filter(answer=Answer.WAITING).select_related("office").order_by("pk")
    day = local_date(meeting.starts_at)
    return [{"office": row.office, "version": row.office.version_on(day)} for row in rows]


def hours_to_decision(meeting: WardMeeting) -> float | None:
    """From the call to the first decision, in hours."""
    first = Decision.objects.filter(item__meeting=meeting).order_by("at", "pk").first()
    if first is None or meeting.called_at is None:
        return None
    return round((first.at - meeting.called_at).total_seconds() / 3600, 1)
