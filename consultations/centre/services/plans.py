"""サポートプラン: written with the person, handed to them on a day, ended with how it went."""

import datetime as dt
from typing import Any

from django.db.models import Max
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import timeline
from consultations.centre.models import ChildSupportPlan, ProgressEntry
from consultations.centre.policy import may_plan
from consultations.centre.services.locking import locked_entry, locked_plan
from consultations.enums import PartyKind
from consultations.models import Party
from consultations.workflow.errors import Refused

WORDS = ("made_with", "wish", "issues", "support", "starts_on", "ends_on", "evaluate_on")


def start(entry_pk: int, *, by: Actor, **words: Any) -> ChildSupportPlan:
    """A draft; `words` are `WORDS`. Raises `Refused` for an entry that has ended, for days in the wrong order."""
    with locked_entry(entry_pk, by=by) as entry:
        if not may_plan(by, entry):
            raise Refused("台帳から外した相談では、プランを作れません。先に台帳に載せてください。")
        _check(entry, words)
        last = entry.plans.aggregate(last=Max("sequence"))["last"] or 0
        plan: ChildSupportPlan = ChildSupportPlan.objects.create(
            entry=entry, sequence=last + 1, written_by=by.seat, **words
        )
        _tell(plan, "centre.plan_started", by)
    return plan


def change(pk: int, *, by: Actor, **words: Any) -> ChildSupportPlan:
    """A draft once more; what the person holds is not rewritten."""
    with locked_plan(pk, by=by) as plan:
        if plan.state != "drafted":
            raise Refused("本人に渡したプランは書き直せません。終えてから、新しいプランを作ってください。")
        _check(plan.entry, words)
        for name, value in words.items():
            setattr(plan, name, value)
    return plan


def hand(pk: int, *, by: Actor, handed_on: dt.date) -> ChildSupportPlan:
    """本人に渡した."""
    with locked_plan(pk, by=by) as plan:
        if handed_on > timezone.localdate():
            raise Refused("渡した日は、今日までの日にしてください。", "handed_on")
        plan.hand(on=handed_on, by=by.seat)
        _tell(plan, "centre.plan_handed", by)
    return plan


def end(pk: int, *, by: Actor, note: str) -> ChildSupportPlan:
    with locked_plan(pk, by=by) as plan:
        plan.end(note=note, by=by.seat, at=timezone.now())
        _tell(plan, "centre.plan_ended", by)
    return plan


def _check(entry: ProgressEntry, words: dict[str, Any]) -> None:
    party: Party = words["made_with"]
    if party.consultation_id != entry.consultation_id or party.kind == PartyKind.PROXY:
        raise Refused("いっしょに作った人を、この相談の人の中から選んでください。", "made_with")
    if words["ends_on"] < words["starts_on"]:
        raise Refused("期間のおわりは、期間のはじめより後にしてください。", "ends_on")
    if words["evaluate_on"] < words["starts_on"]:
        raise Refused("評価日は、期間のはじめより後にしてください。", "evaluate_on")


def _tell(plan: ChildSupportPlan, line: str, by: Actor) -> None:
    timeline.record(plan.entry.consultation.matter, line, by, sequence=plan.sequence)
