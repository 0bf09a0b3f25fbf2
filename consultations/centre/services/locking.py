"""The locks of this module: the case first, then the entry, the plan or the transfer."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from chiba_ward.access.actor import Actor
from consultations.centre.models import CaseTransfer, ChildSupportPlan, ProgressEntry
from consultations.services import beside
from consultations.services.beside import locked_beside

# What the database refuses when somebody was faster.
IN_WORDS = {
    "entry_once_at_a_time": ("この相談は、すでに進行管理台帳に載っています。", ""),
    "transfer_once_at_a_time": ("この相談は、すでに移管を頼んでいて、返事を待っています。", ""),
}
in_words = partial(beside.in_words, IN_WORDS)


@contextmanager
def locked_entry(pk: int, *, by: Actor, right: str = "progress_entry.write") -> Iterator[ProgressEntry]:
    """One entry with its case under row locks, in one transaction; saved at the end.

    Raises `ProgressEntry.DoesNotExist` when `by` does not have the right, `Refused` when it has moved on.
    """
    with in_words(), locked_beside(ProgressEntry, pk, by=by, right=right) as (entry, case):
        entry.consultation = case
        yield entry


@contextmanager
def locked_plan(pk: int, *, by: Actor) -> Iterator[ChildSupportPlan]:
    """The same for a plan. Raises `ChildSupportPlan.DoesNotExist` or `Refused`."""
    held = locked_beside(
        ChildSupportPlan, pk, by=by, right="child_plan.write", case="entry__consultation", joined="entry"
    )
    with in_words(), held as (plan, case):
        plan.entry.consultation = case
        yield plan


@contextmanager
def locked_transfer(pk: int, *, by: Actor, right: str) -> Iterator[CaseTransfer]:
    """The same for a transfer, whose entry is locked as well. Raises `CaseTransfer.DoesNotExist` or `Refused`."""
    held = locked_beside(CaseTransfer, pk, by=by, right=right, joined="to_office__ward")
    with in_words(), held as (transfer, case):
        entry = ProgressEntry.objects.select_for_update(of=("self",)).get(pk=transfer.entry_id)
        transfer.consultation = entry.consultation = case
        transfer.entry = entry
        yield transfer
        entry.save()
