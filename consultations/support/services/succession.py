"""組織改正: meetings, plans and tasks of an office that is no more go on with its successor."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from chiba_ward.access.actor import SYSTEM
from chiba_ward.casework import timeline
from chiba_ward.compartments import services as compartments
from chiba_ward.directory import succession
from chiba_ward.directory.models import Office
from consultations.models import ConsentGrant, Consultation
from consultations.support.enums import MeetingState
from consultations.support.models import Meeting, Member, RoleTask, SupportPlan
from consultations.support.services.consents import reopen_for_others

LIES_IN = "consultation__compartment"


def take_over(office: Office, heir: Office) -> int:
    """The convener's own, the seats in other meetings, and what was to be done. Running it again moves nothing.

    A consent to speak to the office is one to its successor: the work is the same, and the seat that moves after it
    would be refused without.
    """
    consents = ConsentGrant.objects.filter(to_office=office, person__discussed_in__isnull=False)
    return sum(
        _move(rows, path, heir, column)
        for rows, path, column in (
            (Meeting.objects.filter(office=office), LIES_IN, "office"),
            (SupportPlan.objects.filter(office=office), LIES_IN, "office"),
            (RoleTask.objects.filter(office=office), LIES_IN, "office"),
            (consents, LIES_IN, "to_office"),
            (Member.objects.filter(office=office), f"meeting__{LIES_IN}", "office"),
        )
    )


def follow(case: Consultation, office: Office, heir: Office) -> None:
    """区の間の移管 of one case: what the sending section convened, planned and owed goes on with the receiving one.

    Its own people lose their seats; who attended stays written. Members that were fixed are decided anew by the heir.
    """
    fixed = Meeting.objects.filter(consultation=case, office=office, state=MeetingState.MEMBERS_FIXED)
    for meeting in fixed.select_for_update(of=("self",)).order_by("pk"):
        reopen_for_others(meeting)
    seats = Member.objects.filter(meeting__consultation=case, office=office, ended_at__isnull=True)
    seats.update(ended_at=timezone.now())
    for rows in (Meeting.objects, SupportPlan.objects, RoleTask.objects):
        rows.filter(consultation=case, office=office).update(office=heir)


def _move(rows: QuerySet[Any], path: str, heir: Office, column: str) -> int:
    def move(found: QuerySet[Any]) -> int:
        keys = sorted(set(found.order_by().values_list("pk", flat=True)))
        moving = rows.model._default_manager.filter(pk__in=keys)
        if rows.model in (Meeting, SupportPlan):
            _tell(set(moving.order_by().values_list("consultation", flat=True)))
        moving.update(**{column: heir})
        return len(keys)

    return sum(compartments.in_rounds(rows, path, move, reason=succession.REASON))


def _tell(cases: set[int]) -> None:
    for case in Consultation.objects.filter(pk__in=cases).select_related("matter").order_by("pk"):
        timeline.record(case.matter, "support.succeeded", SYSTEM)
