"""How a draft may stand to whoever acts; `policy.yaml` grants roles these relations."""

from django.db.models import Q

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import relations
from chiba_ward.casework import matters

relations.decided_elsewhere(
    "draft", "this_browser", "casework.drafts reads the signed cookie of the browser that began it"
)


@relations.of("draft")
def own_account(actor: Actor) -> Q:
    return Q(user=actor.user, posting__isnull=True)


@relations.of("draft")
def own_posting(actor: Actor) -> Q:
    return Q(posting=actor.posting)


@relations.of("outside_duty")
def opened_by_my_people(actor: Actor) -> Q | None:
    """As the head of the office; never what the head opened (C21)."""
    if not actor.is_head or actor.user is None:
        return None
    return Q(supervising_office=actor.office_id) & ~Q(posting__person=actor.user)


relations.of_row(
    "outside_duty", "of_matter_in_sight", lambda actor, reason: matters.may_see(reason.matter, actor)
)
