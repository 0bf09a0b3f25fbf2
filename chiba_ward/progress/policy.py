"""Who sees which numbers (ASSURANCE §5, progress dashboard). Numbers only: no case is opened from here."""

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows, rows
from chiba_ward.directory.models import Ward


def wards_of(actor: Actor) -> list[Ward]:
    """Coordinators, bureaus and auditors compare all six; a ward's staff see their own beside the city."""
    return list(Ward.objects.filter(rows(actor, "progress.read")))


def may_make_report(actor: Actor) -> bool:
    return allows(actor, "progress.report")
