"""The locks of this module, and what the database refuses in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.db import transaction

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.casework import refusals
from community.circulars.models import CircularGroup, ECircular

IN_WORDS = {
    "circular_group_named_once": ("この名前の班は、すでにあります。", "name"),
    "circular_version_once": ("ほかの人が、先に訂正しました。画面を開き直してください。", ""),
    "household_slot_numbered_once": ("ほかの人が、同時に世帯を足しました。画面を開き直してください。", ""),
    "circular_key_one_of_a_slot": (
        "ほかの人が、同時に鍵を作りました。その人の紙を使ってください。",
        "",
    ),
    "circular_key_one_of_a_group": ("ほかの人が、同時に鍵を作りました。その人の紙を使ってください。", ""),
}
in_words = partial(refusals.in_words, IN_WORDS)


@contextmanager
def locked_circular(pk: int, *, by: Actor, right: str) -> Iterator[ECircular]:
    """One circular under its row lock, in one transaction; saved at the end. Raises `ECircular.DoesNotExist`."""
    with in_words(), transaction.atomic():
        # Asked once more under the lock: the rule may read what the one before has changed.
        held = ECircular.objects.select_for_update(of=("self",)).get(pk=pk)
        found = ECircular.objects.select_related("office", "org__office").get(rows(by, right), pk=held.pk)
        yield found
        found.save()


@contextmanager
def locked_group(pk: int, *, by: Actor) -> Iterator[CircularGroup]:
    """One 班 under its row lock. Raises `CircularGroup.DoesNotExist` when `by` may not write it."""
    with in_words(), transaction.atomic():
        held = CircularGroup.objects.select_for_update(of=("self",)).get(
            rows(by, "circular_group.write"), pk=pk
        )
        yield held
        held.save()
