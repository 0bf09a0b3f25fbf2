"""How a restriction may stand to whoever acts; `policy.yaml` grants roles this relation."""

from django.db.models import Q

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import relations
from chiba_ward.compartments import services as compartments


@relations.of("hold")
def of_my_ward(actor: Actor) -> Q:
    """Of an office of the same ward; where it hangs on a sealed matter, for those alone who may open that."""
    open_to_me = Q(person__matter__isnull=True) | compartments.reachable(
        actor, "person__matter__compartment", matter="person__matter"
    )
    return Q(office__ward=actor.ward_id, person__isnull=False) & open_to_me
