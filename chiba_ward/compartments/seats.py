"""Giving and ending seats. Each is a row with a reason and a name, and each change of it is kept."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.compartments.models import Compartment, CompartmentSeat
from chiba_ward.compartments.services import NotPossible
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Office, Posting

# They read the log, the numbers or the settings, never a case (ASSURANCE §5, separation of duty).
NEVER_SEATED = frozenset({Role.AUDITOR, Role.COORDINATOR, Role.SYSTEM_ADMIN, Role.ASSOCIATION})


def admit(
    compartment: Compartment, posting: Posting, *, by: Actor, reason: str, until: dt.datetime | None = None
) -> CompartmentSeat:
    """A seat for one person under one posting. Raises NotPossible, and ValidationError where one is there already."""
    _refuse(posting.post.role)
    return _sit(CompartmentSeat(compartment=compartment, posting=posting, ends_at=until), by, reason)


def admit_role(
    compartment: Compartment,
    office: Office,
    role: Role,
    *,
    by: Actor,
    reason: str,
    until: dt.datetime | None = None,
) -> CompartmentSeat:
    """A seat for whoever has a duty of this role in this office, today and tomorrow. Raises as `admit` does."""
    _refuse(role)
    return _sit(CompartmentSeat(compartment=compartment, office=office, role=role, ends_at=until), by, reason)


@transaction.atomic
def dismiss(seat: CompartmentSeat) -> None:
    """The seat ends now; whoever sat there sees nothing with the next query. Dismissing twice is harmless."""
    held = CompartmentSeat.objects.select_for_update().get(pk=seat.pk)
    now = timezone.now()
    if held.ends_at is None or held.ends_at > now:
        held.ends_at = max(now, held.starts_at)
        held.save(update_fields=["ends_at"])


def _refuse(role: str) -> None:
    if role in NEVER_SEATED:
        raise NotPossible("監査・取りまとめ・システム管理の職と町内自治会には、区画の席を置けません。")


@transaction.atomic
def _sit(seat: CompartmentSeat, by: Actor, reason: str) -> CompartmentSeat:
    seat.reason, seat.admitted_by = reason, by.posting
    seat.full_clean()
    seat.save()
    return seat
