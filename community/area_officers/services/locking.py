"""The locks of this package: the assignment first, then what hangs on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.db import transaction

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.casework import refusals
from community.area_officers.models import AreaAssignment, AreaPromise

TAKEN = (
    "この地区には、その期間の同じ担当（主・副）が、すでに決まっています。前の人の担当を先に終えてください。"
)
BOTH = "同じ人は、一つの地区の主担当と副担当を兼ねられません。"
IN_WORDS = {
    "assignment_one_of_a_part": (TAKEN, "part"),
    "assignment_person_once": (BOTH, "officer"),
    "assignment_until_after_start": ("終わりの日は、担当の始まりより後にしてください。", "until"),
    "assignment_ended_without_open_promises": (
        "約束がまだ残っています。画面を開き直して、一つずつ区切りを付けてください。",
        "",
    ),
    "promise_of_somebody_in_office": ("この担当は、もう引継ぎが済んでいます。", ""),
}
in_words = partial(refusals.in_words, IN_WORDS)


@contextmanager
def locked(pk: int, *, by: Actor, right: str) -> Iterator[AreaAssignment]:
    """One assignment under its row lock, in one transaction; saved at the end.

    Raises `AreaAssignment.DoesNotExist` when `by` does not have the right.
    """
    with in_words(), transaction.atomic():
        held = AreaAssignment.objects.select_for_update(of=("self",)).get(rows(by, right), pk=pk)
        # Read once more now that the lock is held: what is joined to a row that had to wait is that of before.
        found = AreaAssignment.objects.whole().get(pk=held.pk)
        yield found
        found.save()


@contextmanager
def locked_promise(pk: int, *, by: Actor) -> Iterator[AreaPromise]:
    """One promise under its row lock. Raises `AreaPromise.DoesNotExist`."""
    with in_words(), transaction.atomic():
        promises = AreaPromise.objects.select_for_update(of=("self",))
        found = promises.get(rows(by, "area_promise.settle"), pk=pk)
        yield found
        found.save()
