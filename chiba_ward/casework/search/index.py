"""The rows of the index, written with what they are made from. Modules say what their matters are found by."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from django.db import transaction
from django.db.models import Q

from chiba_ward.casework.models import Matter, SearchTerms
from chiba_ward.casework.search import terms, words
from chiba_ward.casework.search.terms import SCHEME, Findable

SIZE = 500
Read = Callable[[Sequence[int], bool], Mapping[int, Findable]]
"""What the matters of these keys are found by; with True under their locks, so that nobody changes them meanwhile."""

_readers: dict[str, Read] = {}


def register(kind: str, read: Read) -> None:
    """Make a kind of matter findable, from a module's `AppConfig.ready`."""
    _readers[kind] = read


def kinds() -> list[str]:
    return list(_readers)


def row(matter: int, findable: Findable) -> SearchTerms:
    """The row of one matter, not yet written: for whoever files it."""
    key = terms.ring().current
    found, is_whole = terms.terms_of(findable, key)
    return SearchTerms(matter_id=matter, terms=found, key_id=key.id, scheme=SCHEME, is_whole=is_whole)


def write(findables: Mapping[int, Findable]) -> None:
    """Write the rows of these matters in the caller's transaction, in one statement."""
    SearchTerms.objects.bulk_create(
        [row(matter, findable) for matter, findable in findables.items()],
        update_conflicts=True,
        unique_fields=["matter"],
        update_fields=["terms", "key_id", "scheme", "is_whole"],
    )


def refresh(matter: Matter) -> None:
    """Something that it is found by has changed. In the transaction of the change, under the lock of its record."""
    write(_readers[matter.kind]([matter.pk], False))


def rebuild(size: int) -> Iterator[int]:
    """Write every row that is missing, without words, or of an older key or scheme; yields how many, batch by batch.

    May be stopped at any moment: what is written stays, and the next run looks for what is still wanting.
    """
    for kind, read in _readers.items():
        last = 0
        while batch := list(
            Matter.objects.filter(wanting(), kind=kind, pk__gt=last)
            .order_by("pk")
            .values_list("pk", flat=True)[:size]
        ):
            with transaction.atomic():
                found = read(batch, True)
                write(found)
            last = batch[-1]
            yield len(found)


def complete(seconds: float) -> int:
    """Rebuild for so long at most; how many rows were written."""
    until, written = time.monotonic() + seconds, 0
    for some in rebuild(SIZE):
        written += some
        if time.monotonic() > until:
            break
    return written


def wanting() -> Q:
    """Matters whose row is not as it would be written now. Without the dictionary nothing is wanting for its sake."""
    as_now = Q(search_terms__key_id=terms.ring().current.id, search_terms__scheme=SCHEME)
    if words.are_there():
        as_now &= Q(search_terms__is_whole=True)
    return Q(search_terms=None) | ~as_now
