"""How a meeting or a decision may stand to whoever acts. `policy.yaml` grants roles these relations."""

from django.db.models import Exists, OuterRef, Q

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import relations
from regional_issues.relations import is_at_the_desk

CALLED = ("called", "held", "minutes_drafted", "approved")

of_meeting = relations.of("ward_meeting")
of_decision = relations.of("ward_decision")


@of_meeting
def meeting_desk(actor: Actor) -> Q | None:
    return Q(ward=actor.ward_id) if is_at_the_desk(actor) else None


@of_meeting
def heads_meeting_desk(actor: Actor) -> Q | None:
    return Q(ward=actor.ward_id, office=actor.office_id) if is_at_the_desk(actor) and actor.is_head else None


@of_meeting
def called_to(actor: Actor) -> Q | None:
    from regional_issues.meetings.models import Invitation

    if actor.office_id is None:
        return None
    ours = Invitation.objects.filter(meeting=OuterRef("pk"), office=actor.office_id)
    return Q(state__in=CALLED) & Q(Exists(ours))


@of_decision
def decision_at_desk(actor: Actor) -> Q | None:
    return Q(item__meeting__ward=actor.ward_id) if is_at_the_desk(actor) else None


@of_decision
def in_charge(actor: Actor) -> Q | None:
    return Q(office=actor.office_id) if actor.office_id else None


@of_decision
def decided_before_us(actor: Actor) -> Q | None:
    """Of an item that the actor's office may read, in a meeting it was called to."""
    from regional_issues.meetings.models import Invitation
    from regional_issues.meetings.querysets import inside

    if actor.office_id is None:
        return None
    ours = Invitation.objects.filter(meeting=OuterRef("item__meeting"), office=actor.office_id)
    return (
        Q(item__meeting__state__in=CALLED)
        & Q(Exists(ours))
        & (~Q(item__audience="internal") | inside(actor, "item__meeting__"))
    )
