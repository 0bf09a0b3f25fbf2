"""How an entry, a plan or a transfer may stand to whoever acts. `policy.yaml` grants roles these relations.

Everything here is for the section of a ward that keeps the ledger; in any other office each relation selects nothing.
"""

from django.db.models import Q

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import relations

SECTION = "KODOMO"
"""The routing code of the section of a ward for children and families (こども家庭課)."""

of_entry = relations.of("progress_entry")
of_plan = relations.of("child_plan")
of_transfer = relations.of("case_transfer")


def is_at_the_section(actor: Actor) -> bool:
    if actor.posting is None:
        return False
    code = actor.posting.post.office.routing_code
    return code == SECTION or code.startswith(f"{SECTION}_")


@relations.of("consultation")
def family_desk(actor: Actor) -> Q | None:
    return Q(desk_office=actor.office_id) if is_at_the_section(actor) else None


@of_entry
def of_my_ledger(actor: Actor) -> Q | None:
    return Q(office=actor.office_id) if is_at_the_section(actor) else None


@of_plan
def in_my_ledger(actor: Actor) -> Q | None:
    return Q(entry__office=actor.office_id) if is_at_the_section(actor) else None


@of_transfer
def from_my_ledger(actor: Actor) -> Q | None:
    """Ends with the acceptance: from then on the entry is the receiver's."""
    return Q(entry__office=actor.office_id) if is_at_the_section(actor) else None


@of_transfer
def offered(actor: Actor) -> Q | None:
    return Q(to_office=actor.office_id, state="asked") if is_at_the_section(actor) else None
