"""The one disclosure gate: whether address, telephone and whereabouts of a person may leave, asked where they are about to.

The answer is never written into a row. Nobody who asks learns why or of whom: only that it is so, and what to do
(ASSURANCE finding 14, OU6; ADR 0021). Every output of the portal that can carry such data stands in
`tests/disclosure/outputs.py`, with what it does here.
"""

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from django.db.models import Max

from chiba_ward.disclosure.marks import Known, asked_of
from chiba_ward.disclosure.models import DisclosureHold

HIDDEN = "非開示"
ADVICE = "住所などを知らせない制限があります。郵便・自動の連絡は使えません。本人が決めた安全な方法で、担当者が連絡してください。"

Key = TypeVar("Key", bound=Hashable)


def is_held(*people: Known) -> bool:
    """Whether a restriction in force speaks of one of these persons, or of a telephone or an address of theirs."""
    return bool(asked_of(people)) and DisclosureHold.objects.in_force().of(people).exists()


def held_since(*people: Known) -> dt.datetime | None:
    """Since when at the latest: a paper that was made before shows what must not be shown any more. None: not held."""
    rows = DisclosureHold.objects.in_force().of(people) if asked_of(people) else DisclosureHold.objects.none()
    return rows.aggregate(last=Max("changed_at"))["last"]


def held_among(people: Mapping[Key, Iterable[Known]]) -> set[Key]:
    """The keys whose persons are held: for a list, in one question."""
    asked = {key: set(asked_of(some)) for key, some in people.items()}
    wanted = set().union(*asked.values())
    if not wanted:
        return set()
    rows = DisclosureHold.objects.in_force().filter(marks__overlap=sorted(wanted)).order_by()
    held = {mark for marks in rows.values_list("marks", flat=True) for mark in marks}
    return {key for key, marks in asked.items() if marks & held}


def shown(text: str, *, held: bool) -> str:
    """The text, or 「非開示」 in its place. What is empty stays empty: nobody learns that there is something."""
    return HIDDEN if held and text else text
