"""区の間の移管: nothing moves until a person of the receiving section accepts by name (DOMAIN §5 1-2 b, ADR 0024)."""

import datetime as dt

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import timeline
from chiba_ward.casework.models import Matter
from chiba_ward.correspondence import notices
from chiba_ward.directory import selectors
from chiba_ward.directory.models import Office, Ward
from consultations.centre.enums import Category, EntryState
from consultations.centre.models import CaseTransfer, ProgressEntry
from consultations.centre.relations import SECTION
from consultations.centre.services.locking import locked_entry, locked_transfer
from consultations.models import Consultation
from consultations.services import triage
from consultations.workflow.errors import Refused

ASKED, ANSWERED, WITHDRAWN = (
    "escalation.transfer_asked",
    "escalation.transfer_answered",
    "escalation.transfer_withdrawn",
)
SEALED = (
    "保護のための区画にある相談は、区ごとの区画と席に結び付いているので、ポータルでは移管できません。"
    "受け入れる区のこども家庭の課に電話で引き継ぎ、その課に、通告として入力してもらってください。"
)
UNCONFIRMED = "虐待・DVのおそれが確かめられていません。先に「保護が必要かを確かめる」から確かめてください。"


def ask(
    entry_pk: int, *, by: Actor, ward: Ward, reason: str, caller: str, called: str, called_at: dt.datetime
) -> CaseTransfer:
    """頼む, after a telephone call. The sender stays responsible; the receiver sees the sheet, not the case."""
    with locked_entry(entry_pk, by=by, right="progress_entry.transfer") as entry:
        case, now = entry.consultation, timezone.now()
        if entry.state != EntryState.OPEN:
            raise Refused("台帳から外した相談は、移管できません。")
        _refuse_unmovable(entry, case)
        if called_at > now:
            raise Refused("電話した日時は、今までの日時にしてください。", "called_on")
        transfer: CaseTransfer = CaseTransfer.objects.create(
            consultation=case,
            entry=entry,
            from_office=entry.office,
            to_office=_section_of(ward, entry.office),
            reason=reason,
            caller=caller,
            called=called,
            called_at=called_at,
            asked_by=by.seat,
            asked_at=now,
        )
        _tell(transfer, "centre.transfer_asked", by, transfer.to_office)
        notices.tell_office(case.matter, transfer.to_office, ASKED)
    return transfer


def accept(pk: int, *, by: Actor) -> CaseTransfer:
    """名前で受け入れる: case, entry and all that stands beside them go over in this one transaction.

    Raises `Refused` when somebody was faster, or when what was asked for is no longer so.
    """
    with locked_transfer(pk, by=by, right="case_transfer.answer") as transfer:
        case, entry = transfer.consultation, transfer.entry
        transfer.accept(by=by.seat, at=timezone.now())
        if entry.state != EntryState.OPEN or entry.office_id != transfer.from_office_id:
            raise Refused("頼んだ課が、この相談を台帳から外しています。頼んだ課に電話してください。")
        _refuse_unmovable(entry, case)
        # 要保護: whoever filed may live with whom the child is to be protected from, and reads nothing of the move.
        tells_person = entry.category != Category.PROTECTION
        triage.move_to_ward(case, by=by, office=transfer.to_office, tells_person=tells_person)
        entry.hand_over(office=transfer.to_office)
        _tell(transfer, "centre.transfer_accepted", by, transfer.to_office)
        notices.tell_office(case.matter, transfer.from_office, ANSWERED)
    return transfer


def give_back(pk: int, *, by: Actor, reason: str) -> CaseTransfer:
    """返す: nothing has moved."""
    with locked_transfer(pk, by=by, right="case_transfer.answer") as transfer:
        transfer.give_back(reason=reason, by=by.seat, at=timezone.now())
        _tell(transfer, "centre.transfer_returned", by, transfer.to_office, text=reason)
        notices.tell_office(transfer.consultation.matter, transfer.from_office, ANSWERED)
    return transfer


def withdraw(pk: int, *, by: Actor) -> CaseTransfer:
    """取りやめる, by the sender; the sheet disappears from the receiver's list."""
    with locked_transfer(pk, by=by, right="case_transfer.withdraw") as transfer:
        transfer.withdraw(by=by.seat, at=timezone.now())
        _tell(transfer, "centre.transfer_withdrawn", by, transfer.to_office)
        notices.tell_office(transfer.consultation.matter, transfer.to_office, WITHDRAWN)
    return transfer


def end_when_enclosed(matter: Matter, by: Actor) -> None:
    """A case that moves into a compartment is offered to nobody any more. Under the lock and in the open compartment."""
    waiting = CaseTransfer.objects.asked().filter(consultation=matter.pk).select_for_update(of=("self",))
    for transfer in waiting.order_by("pk"):
        transfer.withdraw(by=by.posting, at=timezone.now())
        transfer.save()


def _refuse_unmovable(entry: ProgressEntry, case: Consultation) -> None:
    if case.protected_at or case.compartment_id:
        raise Refused(SEALED)
    if case.suspected:
        raise Refused(UNCONFIRMED)
    if not case.is_open:
        raise Refused("終わった相談は、移管できません。先に再開してください。")
    if case.desk_office_id != entry.office_id:
        raise Refused(
            "いまはほかの課がこの相談を預かっています。預かる課を自分の課に戻してから頼んでください。"
        )


def _section_of(ward: Ward, own: Office) -> Office:
    found = selectors.office_for(SECTION, ward)
    if found is None:
        raise Refused(
            "この区で受け持つ課が登録されていません。システム管理の人に登録を頼んでください。", "ward"
        )
    if found.pk == own.pk:
        raise Refused("自分の課には移管できません。ほかの区を選んでください。", "ward")
    return found


def _tell(transfer: CaseTransfer, line: str, by: Actor, office: Office, *, text: str = "") -> None:
    """A line for the house alone."""
    words = office.words_on(timezone.localdate())
    timeline.record(transfer.consultation.matter, line, by, text=text, **words)
