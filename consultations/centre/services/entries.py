"""進行管理台帳: registered with a date, evaluated when it has come, ended with a reason (DOMAIN §5 1-2 b)."""

import datetime as dt
from typing import Any

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import timeline
from chiba_ward.directory.models import Office
from consultations.centre.enums import Category, EndReason, PlanState
from consultations.centre.models import Evaluation, ProgressEntry
from consultations.centre.policy import may_register
from consultations.centre.services.locking import in_words, locked_entry
from consultations.services.base import locked_case, note_first_action
from consultations.workflow.errors import Refused

NEXT_IS_PAST = "次回評価日は、あすからあとの日にしてください。"


def register(case_pk: int, *, by: Actor, category: str, lead: Office, next_on: dt.date) -> ProgressEntry:
    """One line of the ledger of the actor's own section. Raises `Refused` where the case has one already."""
    with in_words(), locked_case(case_pk, by=by, right="consultation.register") as case:
        if not may_register(by, case):
            raise Refused("終わった相談は、台帳に載せられません。先に再開してください。")
        _refuse_past(next_on)
        note_first_action(case)
        entry: ProgressEntry = ProgressEntry.objects.create(
            consultation=case,
            office=by.seat.post.office,
            category=category,
            lead=lead,
            next_on=next_on,
            registered_by=by.seat,
        )
        _tell(entry, "centre.registered", by, category=str(Category(category).label))
    return entry


def evaluate(pk: int, *, by: Actor, on: dt.date, finding: str, category: str, next_on: dt.date) -> Evaluation:
    """評価した: a line that stays, and the next date of the entry."""
    with locked_entry(pk, by=by) as entry:
        if on > timezone.localdate():
            raise Refused("評価した日は、今日までの日にしてください。", "on")
        _refuse_past(next_on)
        entry.evaluate(category=category, next_on=next_on)
        made: Evaluation = Evaluation.objects.create(
            entry=entry, on=on, by=by.seat, finding=finding, category=category, next_on=next_on
        )
        _tell(entry, "centre.evaluated", by, category=str(Category(category).label))
    return made


def name_lead(pk: int, *, by: Actor, lead: Office) -> ProgressEntry:
    """主担当機関を替える."""
    with locked_entry(pk, by=by) as entry:
        entry.name_lead(lead=lead)
        _tell(entry, "centre.lead_named", by, **lead.words_on(timezone.localdate()))
    return entry


def end(pk: int, *, by: Actor, reason: str, note: str = "") -> ProgressEntry:
    """台帳から外す. What waits for somebody's answer, and a plan that goes on, are ended first: nothing is left hanging."""
    with locked_entry(pk, by=by) as entry:
        if reason == EndReason.OTHER and not note:
            raise Refused("「その他」で外すときは、理由の説明を入力してください。", "note")
        if entry.transfers.asked().exists():
            raise Refused("移管の返事を待っています。先に移管を取りやめてください。", "reason")
        if entry.plans.exclude(state=PlanState.ENDED).exists():
            raise Refused("続いているサポートプランがあります。先にプランを終えてください。", "reason")
        entry.end(reason=reason, note=note, by=by.seat, at=timezone.now())
        _tell(entry, "centre.ended", by, reason=str(EndReason(reason).label))
    return entry


def _refuse_past(next_on: dt.date) -> None:
    if next_on <= timezone.localdate():
        raise Refused(NEXT_IS_PAST, "next_on")


def _tell(entry: ProgressEntry, line: str, by: Actor, **data: Any) -> None:
    """A line for the house alone: a family reads nothing of the ledger (DOMAIN §5 1-2 f)."""
    timeline.record(entry.consultation.matter, line, by, **data)
