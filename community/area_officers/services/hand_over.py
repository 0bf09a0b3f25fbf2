"""引継書: filled in from the notebook, handed in, received. With it, and never without it, an assignment ends (C13)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.casework.refusals import Refused
from community.area_officers.enums import AssignmentState, PromiseState
from community.area_officers.models import AreaAssignment, AreaPromise, AreaVisit, HandOver
from community.area_officers.services import assignments
from community.area_officers.services.locking import in_words, locked

WORDS = ("last_day", "people", "going_on", "next_dates")
LATELY = 10
Answers = Mapping[int, tuple[str, str]]
"""Of each promise: what becomes of it, and the reason where it could not be kept."""


def prefilled(found: AreaAssignment) -> dict[str, Any]:
    """What was written so far, else what the notebook of the last time says."""
    draft = HandOver.objects.filter(assignment=found).first()
    if draft is not None:
        return {key: getattr(draft, key) for key in WORDS}
    visits = list(AreaVisit.objects.filter(assignment__area=found.area).order_by("-on", "-pk")[:LATELY])
    return {
        "last_day": assignments.end_by_default(found),
        "people": "\n".join(dict.fromkeys(one.people for one in visits if one.people)),
        "going_on": "\n".join(_going_on(visits)),
        "next_dates": "\n".join(_next_dates(visits)),
    }


def _going_on(visits: list[AreaVisit]) -> list[str]:
    return [f"{one.on:%Y/%m/%d} {one.issue or one.heard}" for one in visits if one.issue or one.heard]


def _next_dates(visits: list[AreaVisit]) -> list[str]:
    coming = [one for one in visits if one.next_on and one.next_on >= timezone.localdate()]
    return [f"{one.next_on:%Y/%m/%d} {one.next_step}".strip() for one in reversed(coming)]


def open_promises(found: AreaAssignment) -> list[AreaPromise]:
    """Which have to be settled or handed on before it ends."""
    owed = AreaPromise.objects.filter(assignment=found).owed()
    return list(owed.whole().order_by("due_on", "pk"))


def write(assignment: int, *, by: Actor, **words: Any) -> HandOver:
    """途中まで: nobody else reads it before it is handed in."""
    with locked(assignment, by=by, right="area_assignment.hand_over") as found:
        paper = _draft(found, by)
        _put(paper, words)
    return paper


def submit(assignment: int, *, by: Actor, answers: Answers, **words: Any) -> HandOver:
    """出す: promises are settled or go on, and the assignment ends on the last day; all of it or nothing.

    Raises `Refused` while a promise has no answer, or for a second 引継書.
    """
    with locked(assignment, by=by, right="area_assignment.hand_over") as found:
        paper = _draft(found, by)
        _put(paper, words)
        last_day = _checked(found, paper)
        paper.submit(by=by.seat, at=timezone.now())
        paper.save()
        _settle(found, paper, answers, by)
        found.end(hand_over=paper, until=last_day)
    return paper


def receive(pk: int, *, by: Actor) -> HandOver:
    """受領: the promises that go on are the successor's from now on."""
    with in_words(), transaction.atomic():
        papers = HandOver.objects.select_for_update(of=("self",))
        found = papers.get(rows(by, "area_hand_over.receive"), pk=pk)
        found.receive(by=by.seat, at=timezone.now())
        found.save()
        mine = _assignment_of(by, found)
        going_on = AreaPromise.objects.filter(handed_from__hand_over=found, assignment__isnull=True)
        for promise in going_on.select_for_update(of=("self",)).order_by("pk"):
            promise.assignment = mine
            promise.save(update_fields=["assignment"])
    return found


def _assignment_of(by: Actor, paper: HandOver) -> AreaAssignment:
    left = paper.assignment
    mine = AreaAssignment.objects.not_over().filter(area=left.area, officer=by.posting).exclude(pk=left.pk)
    found = mine.order_by("starts_on", "pk").first()
    if found is None or found.state == AssignmentState.ENDED:
        raise Refused("この地区の担当でないので、受領できません。")
    return found


def _draft(found: AreaAssignment, by: Actor) -> HandOver:
    if found.state == AssignmentState.ENDED:
        raise Refused("この担当の引継書は、すでに出されています。")
    paper = HandOver.objects.select_for_update(of=("self",)).filter(assignment=found).first()
    paper = paper or HandOver(assignment=found)
    is_own = by.posting is not None and by.posting.pk == found.officer_id
    paper.written_by, paper.entered_by = by.posting, None if is_own else by.posting
    return paper


def _put(paper: HandOver, words: dict[str, Any]) -> None:
    for key in WORDS:
        if key in words:
            setattr(paper, key, words[key])
    paper.save()


def _checked(found: AreaAssignment, paper: HandOver) -> dt.date:
    if not paper.going_on:
        raise Refused("いま動いていることを入力してください。なければ「なし」と書きます。", "going_on")
    if paper.last_day is None:
        raise Refused("担当の終わりの日を入力してください。", "last_day")
    assignments.refuse_day(found, paper.last_day, "last_day")
    return paper.last_day


def _settle(found: AreaAssignment, paper: HandOver, answers: Answers, by: Actor) -> None:
    owed = AreaPromise.objects.filter(assignment=found).owed()
    for promise in owed.select_for_update(of=("self",)).order_by("pk"):
        answer, reason = answers.get(promise.pk, ("", ""))
        _answer(promise, answer, reason, paper, by)


def _answer(promise: AreaPromise, answer: str, reason: str, paper: HandOver, by: Actor) -> None:
    now = timezone.now()
    if answer == PromiseState.KEPT:
        promise.keep(by=by.seat, at=now)
    elif answer == PromiseState.COULD_NOT_KEEP:
        if not reason:
            raise Refused("守れなかった理由を入力してください。", f"reason_{promise.pk}")
        promise.fail(reason=reason, by=by.seat, at=now)
    elif answer == PromiseState.HANDED_ON:
        promise.hand_on(by=by.seat, at=now)
    else:
        raise Refused("この約束をどうするかを選んでください。", f"promise_{promise.pk}")
    promise.hand_over = paper
    promise.save()
    if promise.state == PromiseState.HANDED_ON:
        _go_on(promise)


def _go_on(promise: AreaPromise) -> None:
    """The same promise, open, and nobody's until the successor has read of it; the residents see no difference."""
    AreaPromise.objects.create(
        area=promise.area,
        visit=promise.visit,
        what=promise.what,
        org=promise.org,
        to_whom=promise.to_whom,
        due_on=promise.due_on,
        made_by=promise.made_by,
        made_at=promise.made_at,
        entered_by=promise.entered_by,
        handed_from=promise,
    )
