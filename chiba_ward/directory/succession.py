"""An office is no more, and nothing it owed is dropped: its successor takes everything over (組織改正, C12).

The directory moves what is its own. What a module keeps by office it moves itself, by a mover that it registers; each
is harmless to repeat, so that beat may run it at any time and what arrives late is taken over too.
"""

import datetime as dt
from collections.abc import Callable, Iterator

from django.db import transaction
from django.utils import timezone

from chiba_ward.directory.models import Office, Posting
from chiba_ward.directory.querysets import PostingQuerySet

# (the office that is no more, the one that takes over) -> how many things were moved.
Mover = Callable[[Office, Office], int]
REASON = "an office is no more"
_movers: list[Mover] = []


def register(mover: Mover) -> None:
    """Called from `AppConfig.ready`; the same mover twice is once."""
    if mover not in _movers:
        _movers.append(mover)


def successor_of(office: Office, day: dt.date | None = None) -> Office | None:
    """Who has its work on that day, along the whole chain; None while the office itself is there, or nobody follows."""
    day = day or timezone.localdate()
    if office.exists_on(day):
        return None
    return next((heir for heir in chain_of(office) if heir.exists_on(day)), None)


def chain_of(office: Office) -> Iterator[Office]:
    """The successor, its successor, and so on; ends where the chain ends or would come back."""
    seen = {office.pk}
    heir = office.successor
    while heir is not None and heir.pk not in seen:
        yield heir
        seen.add(heir.pk)
        heir = heir.successor


def take_over_all(day: dt.date | None = None) -> int:
    """Whatever still belongs to an office that is no more goes to its successor; how many things were moved."""
    gone = (
        Office.objects.filter(successor__isnull=False)
        .select_related("successor")
        .prefetch_related("versions")
    )
    return sum(take_over(office, day) for office in gone.order_by("pk"))


def take_over(office: Office, day: dt.date | None = None) -> int:
    """The same for one office: all of it or nothing."""
    heir = successor_of(office, day)
    if heir is None:
        return 0
    with transaction.atomic():
        Office.objects.select_for_update().filter(pk__in=(office.pk, heir.pk)).order_by("pk").first()
        return _move_pointers(office, heir) + sum(mover(office, heir) for mover in _movers)


def posting_after(posting: Posting, heir: Office) -> Posting | None:
    """Where the person of this posting sits in the office that took over; the same seat before any other."""
    seats = heir_postings(heir).filter(person=posting.person_id)
    return next((one for one in seats if one.post.name == posting.post.name), seats.first())


def heir_postings(heir: Office) -> PostingQuerySet:
    return Posting.objects.active_on().filter(post__office=heir).select_related("post").order_by("kind", "id")


def _move_pointers(office: Office, heir: Office) -> int:
    """Who reports to it, who escalates to it, what area it serves, whether it is the desk for what has no owner."""
    moved = Office.objects.filter(parent=office).exclude(pk=heir.pk).update(parent=heir)
    moved += Office.objects.filter(escalates_to=office).exclude(pk=heir.pk).update(escalates_to=heir)
    if office.is_triage_desk:
        Office.objects.filter(pk=heir.pk).update(is_triage_desk=True)
        Office.objects.filter(pk=office.pk).update(is_triage_desk=False)
        moved += 1
    missing = office.zones.exclude(pk__in=heir.zones.values("pk"))
    moved += missing.count()
    heir.zones.add(*missing)
    return moved
