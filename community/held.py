"""The contacts of an organisation before the disclosure gate (ADR 0021): a chair may be somebody who must not be found."""

import datetime as dt
from collections.abc import Iterable, Mapping

from chiba_ward.disclosure import gate
from chiba_ward.disclosure.marks import Known
from community.enums import ContactKind
from community.models import OrgContact

MARKED_AS = {
    ContactKind.REPRESENTATIVE: "name",
    ContactKind.PHONE: "phone",
    ContactKind.HOME_PHONE: "phone",
    ContactKind.ADDRESS: "address",
    ContactKind.HOME_ADDRESS: "address",
}


def held_among(contacts: Mapping[int, Iterable[OrgContact]]) -> set[int]:
    """The organisations, by key, of which a restriction speaks. `contacts` are all there are, not the public ones
    alone: a name that nobody is shown still tells whose home telephone it is."""
    return gate.held_among({pk: _people(some) for pk, some in contacts.items()})


def held_since(contacts: Iterable[OrgContact]) -> dt.datetime | None:
    return gate.held_since(*_people(contacts))


def _people(contacts: Iterable[OrgContact]) -> list[Known]:
    return [
        Known(**{MARKED_AS[kind]: row.value})
        for row in contacts
        if (kind := ContactKind(row.kind)) in MARKED_AS
    ]
