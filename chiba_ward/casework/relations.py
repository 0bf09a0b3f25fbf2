"""How a draft may stand to whoever acts; `policy.yaml` grants roles these relations."""

from django.db.models import Q

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import relations

relations.decided_elsewhere(
    "draft", "this_browser", "casework.drafts reads the signed cookie of the browser that began it"
)


@relations.of("draft")
def own_account(actor: Actor) -> Q:
    return Q(user=actor.user, posting__isnull=True)


@relations.of("draft")
def own_posting(actor: Actor) -> Q:
    return Q(posting=actor.posting)
