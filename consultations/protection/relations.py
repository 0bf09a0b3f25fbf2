"""How a notice may stand to whoever acts; `policy.yaml` grants roles these relations."""

from django.db.models import Q

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import relations
from chiba_ward.compartments import services as compartments

CASE = "consultation"


@relations.of("protected_case")
def seated(actor: Actor) -> Q:
    """A seat in the compartment."""
    return compartments.seated(actor, f"{CASE}__compartment")


@relations.of("notifier")
@relations.of("protected_case")
def seated_at_desk(actor: Actor) -> Q:
    """A seat, and the matter lies with the actor's own section: whoever sits beside reads (ADR 0019)."""
    return seated(actor) & Q(consultation__desk_office=actor.office_id)


@relations.of("protected_case")
def seated_as_head(actor: Actor) -> Q | None:
    """The head of the section that has it."""
    return seated_at_desk(actor) if actor.is_head else None


@relations.of("protection_alarm")
def of_my_office(actor: Actor) -> Q:
    return Q(office=actor.office_id)
