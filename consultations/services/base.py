"""What every verb shares: the locked row, the refused transition in words, the first action, the next due."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone
from django_fsm import TransitionNotAllowed

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.casework import calendars, deadlines
from chiba_ward.casework.models import TimelineEntry
from consultations.models import Consultation
from consultations.workflow.errors import Refused


@contextmanager
def locked_case(pk: int, *, by: Actor, right: str = "consultation.read") -> Iterator[Consultation]:
    """One consultation under its row lock, in one transaction; saved at the end.

    Raises `Consultation.DoesNotExist` when `by` does not have the right and `Refused` when its state has moved on.
    """
    with transaction.atomic():
        visible = Consultation.objects.filter(rows(by, right)).values("pk")
        with _held(Consultation.objects.select_for_update(of=("self",)).get(pk=pk, pk__in=visible)) as case:
            yield case


@contextmanager
def every_case(pk: int) -> Iterator[Consultation]:
    """Any case under its lock, for what the portal itself does (組織改正)."""
    with transaction.atomic():
        joined = Consultation.objects.select_related("matter", "owner_office", "assignee__post", "owner_post")
        with _held(joined.select_for_update(of=("self",)).get(pk=pk)) as case:
            yield case


@contextmanager
def given_away_case(pk: int, *, by: Actor) -> Iterator[Consultation]:
    """A case that `by` has just given to another section and that nobody there has taken, under its lock.

    Raises `Refused` when it can no longer be taken back.
    """
    with transaction.atomic():
        mine = Consultation.objects.given_away_by(by).values("pk")
        case = Consultation.objects.select_for_update(of=("self",)).filter(pk=pk, pk__in=mine).first()
        if case is None or case.assignee_id:
            raise Refused("もう取り戻せません。引き受けた課に電話で伝えてください。")
        with _held(case):
            yield case


@contextmanager
def _held(case: Consultation) -> Iterator[Consultation]:
    with moved_on_in_words():
        yield case
    refresh_due(case)
    case.save()


# Lines that change nothing a clerk decides about: they do not make a form stale.
HARMLESS = ("consultation.note", "consultation.escalated")


class MovedOn(Refused):
    """Somebody acted while the form lay open: `news` are the lines since, oldest first."""

    def __init__(self, news: list[TimelineEntry]) -> None:
        super().__init__(
            "この画面を開いたあとに、相談が動いています。内容を確かめて、もう一度押してください。"
        )
        self.news = news


@contextmanager
def unchanged_since(pk: int, seen: int) -> Iterator[None]:
    """Run an act only if nothing happened to the case after the line `seen`; lock and act in one transaction.

    Raises `MovedOn`. Two clerks on one case: the second reads what the first did and keeps what was typed.
    """
    with transaction.atomic():
        Consultation.objects.select_for_update(of=("self",)).filter(pk=pk).first()
        news = TimelineEntry.objects.filter(matter_id=pk, id__gt=seen).exclude(kind__in=HARMLESS)
        if found := list(news.order_by("id")):
            raise MovedOn(found)
        yield


def clock_urgency(case: Consultation) -> str:
    """What a clock runs by: the human's word; until then the most urgent phrase (it may only raise, R1)."""
    return case.urgency or min((hit["urgency"] for hit in case.hits), default="")


@contextmanager
def moved_on_in_words() -> Iterator[None]:
    try:
        yield
    except TransitionNotAllowed as error:
        raise Refused(
            "この相談は、ほかの人の操作で状態が変わっています。画面を開き直してください。"
        ) from error


def note_first_action(case: Consultation, at: dt.datetime | None = None) -> None:
    """初動: the first act of a member of staff, in 開庁時間 minutes of the desk's calendar."""
    if case.first_action_at is None:
        case.first_action_at = at or timezone.now()
        case.first_action_minutes = calendars.opening_minutes(
            case.desk_office, case.received_at, case.first_action_at
        )


def refresh_due(case: Consultation) -> None:
    """`due_at` is the nearest running deadline; a queue sorts by it without joining."""
    if case.is_open:
        case.due_at = deadlines.next_due(case.matter) or case.due_at


def stop_clocks(case: Consultation) -> None:
    """The matter has ended: the house owes nothing any more. A promised answer counts as given.

    Clocks of つなぎ belong to `services.referrals`: a partner that made contact still owes its report.
    """
    for deadline in case.matter.deadlines.running().exclude(kind__startswith="referral."):
        if deadline.kind == "consultation.reply":
            deadlines.meet(case.matter, deadline.kind, deadline.key)
        else:
            deadlines.cancel(case.matter, deadline.kind, deadline.key)
