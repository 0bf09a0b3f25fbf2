"""On the path of an issue: each meeting that had it on its agenda, as far as the actor may read of it."""

from collections.abc import Iterable

from chiba_ward.access.actor import Actor
from chiba_ward.access.ways_in import address_of
from chiba_ward.ui.japanese_dates import local_date
from regional_issues.meetings.models import AgendaItem
from regional_issues.models import LocalIssue
from regional_issues.path import Step


def steps(actor: Actor, issue: LocalIssue) -> Iterable[Step]:
    found = AgendaItem.objects.shown_to(actor).on_agenda().filter(issue=issue)
    face = "ward_meetings_partner" if actor.is_partner else "ward_meetings"
    for row in found.select_related("meeting").order_by("meeting__starts_at", "pk"):
        yield Step(
            on=local_date(row.meeting.starts_at),
            kind=row.meeting.get_kind_display(),
            text=f"{row.meeting.label}：{row.get_outcome_display()}",
            url=address_of(f"{face}:show", row.meeting_id),
        )
