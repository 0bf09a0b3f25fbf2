"""How an issue or a dialogue may stand to whoever acts. `policy.yaml` grants roles these relations."""

from django.db.models import Q

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import relations
from chiba_ward.directory.enums import OfficeKind

DESK = "CHIIKI"  # the routing code of the 地域づくり支援課, and the head of those of its 係

of_issue = relations.of("local_issue")
of_dialogue = relations.of("citizen_dialogue")


def is_at_the_desk(actor: Actor) -> bool:
    if actor.posting is None or actor.ward_id is None:
        return False
    code = actor.posting.post.office.routing_code
    return code == DESK or code.startswith(f"{DESK}_")


@of_issue
def at_issue_desk(actor: Actor) -> Q | None:
    return Q(ward=actor.ward_id) if is_at_the_desk(actor) else None


@of_issue
def owned_by_my_office(actor: Actor) -> Q | None:
    return Q(owner_office=actor.office_id) if actor.office_id else None


@of_issue
def head_of_the_ward(actor: Actor) -> Q | None:
    """区長: the head's post of the ward office itself."""
    if not (actor.posting and actor.is_head and actor.ward_id):
        return None
    is_ward = actor.posting.post.office.kind == OfficeKind.WARD_OFFICE
    return Q(ward=actor.ward_id) if is_ward else None


@of_dialogue
def at_dialogue_desk(actor: Actor) -> Q | None:
    return Q(ward=actor.ward_id) if is_at_the_desk(actor) else None


@of_dialogue
def published_dialogue(actor: Actor) -> Q | None:
    return Q(state="published")
