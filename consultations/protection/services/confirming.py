"""確かめる: phrases only raise, a human says whether it is a notice of abuse or violence (DOMAIN §9 R1)."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import deadlines, timeline
from chiba_ward.compartments import services as compartments
from chiba_ward.directory.models import Ward
from consultations.models import Consultation
from consultations.protection import rooms
from consultations.protection.models import AbuseNotification, ProtectedDesk
from consultations.protection.services.enclosing import protect
from consultations.protection.services.noting import record_hand_off
from consultations.services.base import locked_case, note_first_action
from consultations.services.filing import CONFIRM
from consultations.workflow.errors import Refused

MOVES_IN = "a human confirmed a protected matter"


@dataclass(frozen=True)
class HandOff:
    """A telephone call that was made: to whom at which office, and when."""

    place: str
    name: str
    at: dt.datetime


@dataclass(frozen=True)
class Taken:
    """What whoever confirmed may still know, with or without a seat: enough to record the telephone call."""

    pk: int
    number: str
    compartment: int
    office: int
    is_handed_off: bool


def confirm(
    pk: int, *, by: Actor, kinds: Collection[str], ward: Ward | None = None, handed: HandOff | None = None
) -> Taken:
    """保護が必要な通告・相談として扱う. `ward` counts only where the case has none.

    Raises `Refused`, and `Consultation.DoesNotExist` for a case out of sight.
    """
    with transaction.atomic():
        desk = rooms.desk_for(kinds, _ward_of(pk) or ward)
        with (
            compartments.opened((desk.compartment_id,), reason=MOVES_IN),
            locked_case(pk, by=by, right="consultation.protect") as case,
        ):
            case.ward = case.ward or ward
            if case.ward_id != desk.ward_id:
                raise Refused("この画面を開いたあとに、区が変わりました。もう一度確かめてください。", "ward")
            notice = protect(case, desk, kinds, by=by)
            return _taken(case, notice, desk, by, handed)


def enclose_new(
    case: Consultation, kinds: Collection[str], *, by: Actor, handed: HandOff | None = None
) -> Taken:
    """The same for a case that was filed in this very transaction, by whoever typed it. Raises `Refused`."""
    desk = rooms.desk_for(kinds, case.ward)
    with compartments.opened((desk.compartment_id,), reason=MOVES_IN):
        locked = Consultation.objects.select_for_update(of=("self",)).get(pk=case.pk)
        notice = protect(locked, desk, kinds, by=by)
        taken = _taken(locked, notice, desk, by, handed)
        locked.due_at = deadlines.next_due(locked.matter)
        locked.save(update_fields=["due_at"])
    return taken


def dismiss(pk: int, *, by: Actor, reason: str) -> Consultation:
    """当たらない: a normal case again, with the reason in the notes of the house; it may be raised again.

    Raises `Refused` without a reason, and when there is nothing to confirm (any more).
    """
    with locked_case(pk, by=by, right="consultation.protect") as case:
        if not reason:
            raise Refused("当たらないと考えた理由を入力してください。", "reason")
        if not case.suspected:
            raise Refused("ほかの人が先に確かめました。相談の画面を開き直してください。")
        case.suspected = []
        deadlines.meet(case.matter, CONFIRM)
        note_first_action(case)
        timeline.record(case.matter, "consultation.not_protected", by, text=reason)
    return case


def _ward_of(pk: int) -> Ward | None:
    """Raises Consultation.DoesNotExist for what is enclosed already and out of sight."""
    return Consultation.objects.select_related("ward").get(pk=pk).ward


def _taken(
    case: Consultation, notice: AbuseNotification, desk: ProtectedDesk, by: Actor, handed: HandOff | None
) -> Taken:
    if handed:
        record_hand_off(case, notice, place=handed.place, name=handed.name, at=handed.at, by=by)
        notice.save()
    return Taken(case.pk, case.receipt_no, desk.compartment_id, desk.office_id, handed is not None)


def hand_off_blind(taken: Taken, handed: HandOff, *, by: Actor) -> None:
    """Whoever confirmed without a seat records the call before leaving: this one act, by the posting that confirmed.

    Raises `Refused` when somebody else has recorded it.
    """
    with (
        transaction.atomic(),
        compartments.opened((taken.compartment,), reason="the call of whoever confirmed"),
    ):
        # The case first, as every other act locks them.
        Consultation.objects.select_for_update(of=("self",)).filter(pk=taken.pk).first()
        mine = AbuseNotification.objects.filter(pk=taken.pk, confirmed_by=by.seat)
        notice = mine.select_for_update(of=("self",)).select_related("consultation__matter").get()
        record_hand_off(
            notice.consultation, notice, place=handed.place, name=handed.name, at=handed.at, by=by
        )
        notice.save()
        _refresh(notice.consultation)


def _refresh(case: Consultation) -> None:
    Consultation.objects.filter(pk=case.pk).update(due_at=deadlines.next_due(case.matter) or timezone.now())
