"""Restrictions in force, of people who have consulted: the gate finds what it asks for among as many as a city has."""

from django.utils import timezone

from bench.city import words
from bench.city.directory import Directory
from chiba_ward.casework.search import terms
from chiba_ward.disclosure.enums import HoldKind, HoldSource, LineKind
from chiba_ward.disclosure.marks import Known, marks_of
from chiba_ward.disclosure.models import DisclosureHold, HeldPerson, HoldLine

ONE_IN = 1_000
"""Consultations to a held person: about 支援措置 of a city of a million, were everybody to consult once."""


def load(directory: Directory, total: int) -> int:
    """By telephone and a name that nobody else has, so that namesakes stay free; how many there are."""
    desks = [desk for name, desk in sorted(directory.desks.items()) if desk.postings]
    people = [_known(number) for number in range(0, total, ONE_IN)]
    key, today = terms.ring().current, timezone.localdate()
    holds = DisclosureHold.objects.bulk_create(
        DisclosureHold(
            kind=HoldKind.SUPPORT,
            source=HoldSource.APPLICATION,
            applied_on=today,
            office_id=desks[place % len(desks)].pk,
            entered_by_id=desks[place % len(desks)].postings[0],
            marks=marks_of(known, key),
            key_id=key.id,
        )
        for place, known in enumerate(people)
    )
    HeldPerson.objects.bulk_create(
        HeldPerson(hold=hold, name=known.name, phone=known.phone)
        for hold, known in zip(holds, people, strict=True)
    )
    HoldLine.objects.bulk_create(
        HoldLine(
            person_id=hold.pk, kind=LineKind.REGISTERED, posting_id=hold.entered_by_id, source=hold.source,
            applied_on=today,
        )
        for hold in holds
    )  # fmt: skip
    return len(holds)


def _known(number: int) -> Known:
    return Known(name=f"見本 非開示{number}", phone=words.phone_of(number))
