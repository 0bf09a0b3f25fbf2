"""活動記録: noted in the field, corrected, promised, kept or not. Who typed it for whom stays (C16)."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.casework.refusals import Refused
from chiba_ward.directory.models import Posting
from community.area_officers.enums import AssignmentState, Standing
from community.area_officers.models import AreaAssignment, AreaPromise, AreaVisit
from community.area_officers.services.locking import in_words, locked, locked_promise

WORDS = ("on", "at", "occasion", "meeting", "people", "heard", "issue", "next_step", "next_on")


def note(assignment: int, *, by: Actor, promise: dict[str, Any] | None = None, **words: Any) -> AreaVisit:
    """An entry, and what was promised there: both or neither. `promise` are what, org, to_whom, due_on."""
    with locked(assignment, by=by, right="area_assignment.note") as found:
        if found.standing() not in (Standing.IN_FORCE, Standing.LEAVING):
            raise Refused("この担当は、いまは担当中ではありません。", "assignment")
        made = AreaVisit(assignment=found, entered_by=_typist(found, by))
        _put(made, words)
        if promise:
            _promise(made, found, by, promise)
    return made


def correct(pk: int, *, by: Actor, **words: Any) -> AreaVisit:
    """Of an officer of the district, or the section. Promises stand on their own."""
    with in_words(), transaction.atomic():
        visits = AreaVisit.objects.select_for_update(of=("self",))
        found = visits.get(rows(by, "area_visit.write"), pk=pk)
        _put(found, words)
    return found


def promise(visit: int, *, by: Actor, what: str, due_on: dt.date, org: Any, to_whom: str) -> AreaPromise:
    """約束を足す to what was noted. Raises `Refused` once the assignment has ended."""
    seen = AreaVisit.objects.filter(rows(by, "area_visit.write"), pk=visit).values("assignment")
    with in_words(), transaction.atomic():
        owner = AreaAssignment.objects.select_for_update(of=("self",)).filter(pk__in=seen).first()
        if owner is None:
            raise AreaVisit.DoesNotExist
        if owner.state == AssignmentState.ENDED:
            raise Refused("この担当は、もう引継ぎが済んでいます。いまの担当の記録に足してください。")
        found = AreaVisit.objects.get(pk=visit)
        words = {"what": what, "due_on": due_on, "org": org, "to_whom": to_whom}
        return _promise(found, owner, by, words)


def keep(pk: int, *, by: Actor) -> AreaPromise:
    """守った."""
    with locked_promise(pk, by=by) as found:
        found.keep(by=by.seat, at=timezone.now())
    return found


def fail(pk: int, *, by: Actor, reason: str) -> AreaPromise:
    """守れなかった, with the reason."""
    with locked_promise(pk, by=by) as found:
        found.fail(reason=reason, by=by.seat, at=timezone.now())
    return found


def _put(found: AreaVisit, words: dict[str, Any]) -> None:
    for key in WORDS:
        if key in words:
            setattr(found, key, words[key])
    if found.on > timezone.localdate():
        raise Refused("今日までの日にしてください。これからの予定は「つぎの日」に入れます。", "on")
    if found.next_on is not None and found.next_on < found.on:
        raise Refused("つぎの日は、この記録の日か、そのあとの日にしてください。", "next_on")
    found.save()


def _promise(visit: AreaVisit, owner: AreaAssignment, by: Actor, words: dict[str, Any]) -> AreaPromise:
    if not words["org"] and not words["to_whom"]:
        raise Refused("約束の相手を、団体から選ぶか入力してください。", "to_whom")
    made: AreaPromise = AreaPromise.objects.create(
        area=owner.area,
        assignment=owner,
        visit=visit,
        made_by=owner.officer,
        entered_by=_typist(owner, by),
        **words,
    )
    return made


def _typist(owner: AreaAssignment, by: Actor) -> Posting | None:
    """Whoever typed it, where that is not the officer."""
    return None if by.posting is None or by.posting.pk == owner.officer_id else by.posting
