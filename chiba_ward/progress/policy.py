"""Who sees which numbers (ASSURANCE §5, progress dashboard). Numbers only: no case is opened from here."""

from chiba_ward.access.actor import Actor
from chiba_ward.directory import selectors
from chiba_ward.directory.enums import STAFF_ROLES, Role
from chiba_ward.directory.models import Ward

ALL_WARDS = (Role.COORDINATOR, Role.BUREAU, Role.AUDITOR, Role.DISASTER_HQ)


def may_see_numbers(actor: Actor) -> bool:
    return actor.role in STAFF_ROLES or actor.has_role(Role.BUREAU)


def wards_of(actor: Actor) -> list[Ward]:
    """Coordinators, bureaus and auditors compare all six; a ward's staff see their own beside the city."""
    wards = selectors.all_wards()
    if actor.has_role(*ALL_WARDS):
        return list(wards)
    return [ward for ward in wards if ward.pk == actor.ward_id]


def may_make_report(actor: Actor) -> bool:
    return actor.has_role(Role.COORDINATOR, Role.BUREAU)
