"""Who sees the table of posts. It holds posts and figures, no person."""

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.directory.models import Ward


def wards_of(actor: Actor) -> list[Ward]:
    """Those whose places this actor may read, in the city's order."""
    return list(Ward.objects.filter(rows(actor, "staffing.read")).order_by("order"))
