"""Giving and ending seats. Each is a row with a reason and a name, and each change of it is kept."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.compartments.models import Compartment, CompartmentSeat
from chiba_ward.compartments.services import NotPossible
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Office, Posting

# They read the log, the numbers or the settings, never a case (ASSURANCE §5, separation of duty).
NEVER_SEATED = frozenset({Role.AUDITOR, Role.COORDINATOR, Role.SYSTEM_ADMIN, Role.ASSOCIATION})

# Read with each posting of a request, so that a seat costs no question of its own (`access.duties`).
OF_POSTING = """
    ARRAY(
        SELECT seat.compartment_id FROM compartments_compartmentseat seat
        WHERE (seat.posting_id = directory_posting.id
               OR (seat.office_id = directory_post.office_id AND seat.role = directory_post.role))
        AND seat.starts_at <= %(now)s AND (seat.ends_at IS NULL OR seat.ends_at > %(now)s)
    )
"""


def keep(posting: Posting, compartments: Any) -> None:
    posting.compartments = frozenset(compartments)


def sitting(compartment: int) -> QuerySet[Posting]:
    """The postings of today that have a seat in this compartment at this moment."""
    now = timezone.now()
    seats = CompartmentSeat.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now), compartment=compartment, starts_at__lte=now
    ).order_by()
    own = seats.filter(posting=OuterRef("pk"))
    of_role = seats.filter(office=OuterRef("post__office"), role=OuterRef("post__role"))
    return Posting.objects.active_on().filter(Exists(own) | Exists(of_role)).order_by("id")


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
    """The seat ends now; whoever sat there sees nothing with the next request. Dismissing twice is harmless."""
    held = CompartmentSeat.objects.select_for_update().get(pk=seat.pk)
    now = timezone.now()
    if held.ends_at is None or held.ends_at > now:
        held.ends_at = max(now, held.starts_at)
        held.save(update_fields=["ends_at"])


def take_over(office: Office, heir: Office) -> int:
    """組織改正: whoever has the duty in the office that follows sits on; what was enclosed is not left to nobody."""
    now = timezone.now()
    held = CompartmentSeat.objects.select_for_update().filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now), office=office
    )
    moved = list(held.order_by("pk"))
    for seat in moved:
        until = seat.ends_at
        dismiss(seat)
        follows = CompartmentSeat.objects.filter(
            Q(ends_at__isnull=True) | Q(ends_at__gt=now),
            compartment=seat.compartment_id,
            office=heir,
            role=seat.role,
        )
        if not follows.exists():
            reason = f"組織改正のため引き継ぐ：{seat.reason}"[:300]
            CompartmentSeat.objects.create(
                compartment_id=seat.compartment_id, office=heir, role=seat.role, reason=reason, ends_at=until
            )
    return len(moved)


def _refuse(role: str) -> None:
    if role in NEVER_SEATED:
        raise NotPossible("監査・取りまとめ・システム管理の職と町内自治会には、区画の席を置けません。")


@transaction.atomic
def _sit(seat: CompartmentSeat, by: Actor, reason: str) -> CompartmentSeat:
    seat.reason, seat.admitted_by = reason, by.posting
    seat.full_clean()
    seat.save()
    return seat
