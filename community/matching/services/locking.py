"""The locks of this module, always in the same order: 困りごと, できること, 仲介."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from django.db import transaction

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.casework import refusals
from community.matching.enums import Line
from community.matching.models import Listing, Match, MatchingLine, Need, Offer

Kept = TypeVar("Kept", bound=Listing)
FULL = "このできることは、受けられる件数がいっぱいです。ほかのものを選んでください。"
IN_WORDS = {
    "offer_within_capacity": ("受けている件数より少なくはできません。", "capacity"),
    "match_one_of_a_need": (
        "この困りごとは、ほかの人が先に仲介を始めています。画面を開き直してください。",
        "",
    ),
    "answer_once_a_side": ("こちら側の返事は、すでに記録されています。画面を開き直してください。", "side"),
    **{
        f"{name}_begins_before_it_ends": ("「いつまで」は「いつから」より後の日にしてください。", "ends_on")
        for name in ("need", "offer")
    },
}
in_words = partial(refusals.in_words, IN_WORDS)


@contextmanager
def locked(model: type[Kept], pk: int, *, by: Actor, right: str) -> Iterator[Kept]:
    """One entry under its row lock, in one transaction; saved at the end. `right` is the action alone.

    Raises `model.DoesNotExist` when `by` does not have the right.
    """
    allowed = rows(by, f"{model._meta.model_name}.{right}")
    with in_words(), transaction.atomic():
        held: Any = model._default_manager.select_for_update(of=("self",)).get(allowed, pk=pk)
        yield held
        held.save()


@contextmanager
def locked_match(pk: int, *, by: Actor, right: str) -> Iterator[Match]:
    """One 仲介 with both its sides under their locks. Raises `Match.DoesNotExist`."""
    with in_words(), transaction.atomic():
        seen = Match.objects.filter(rows(by, right), pk=pk).values("need", "offer").first()
        if seen is None:
            raise Match.DoesNotExist
        need = Need.objects.select_for_update(of=("self",)).get(pk=seen["need"])
        offer = Offer.objects.select_for_update(of=("self",)).get(pk=seen["offer"])
        found = Match.objects.select_for_update(of=("self",)).get(pk=pk)
        found.need, found.offer = need, offer
        yield found
        found.save()
        need.save()
        offer.save()


def tell(row: Listing | Match, line: Line, by: Actor | None, note: str = "", **more: Any) -> None:
    """A line of the history; `by` None is the clock."""
    posting = by.posting if by else None
    MatchingLine.objects.create(**{str(row._meta.model_name): row}, kind=line, note=note, by=posting, **more)
