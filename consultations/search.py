"""What a consultation is found by: its number, its words, and the persons in it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from chiba_ward.casework.search import folding
from chiba_ward.casework.search.terms import Findable
from consultations.models import Consultation, Party

SHORTEST_PHONE = 9
SHORTEST_READING = 4
Pair = tuple[str, str]


def findable(case: Consultation, parties: Iterable[Party]) -> Findable:
    people = list(parties)
    return Findable(
        number=case.receipt_no,
        texts=(case.chief_concern, case.body),
        names=tuple(
            name for one in people for name in (one.name, one.kana, one.known_as, one.address) if name
        ),
        telephones=tuple(one.phone for one in people if one.phone),
        same=tuple(pair for one in people for pair in household_of(one)),
    )


def household_of(party: Party) -> list[Pair]:
    """What two persons of one household share: telephone, address with a number in it, reading (J3)."""
    phone = folding.digits(party.phone)
    return [
        *([("phone", phone)] if len(phone) >= SHORTEST_PHONE else []),
        *([("address", party.address)] if folding.digits(party.address) else []),
        *([("kana", party.kana)] if len(folding.fold(party.kana)) >= SHORTEST_READING else []),
    ]


def read(pks: Sequence[int], lock: bool = False) -> dict[int, Findable]:
    """For the index and for a second look, in two questions to the database."""
    cases = Consultation.objects.filter(pk__in=pks).select_related("matter").order_by("pk")
    if lock:
        cases = cases.select_for_update(of=("self",), no_key=True)
    parties = defaultdict(list)
    found = list(cases)
    for party in Party.objects.filter(consultation__in=pks).order_by("pk"):
        parties[party.consultation_id].append(party)
    return {case.pk: findable(case, parties[case.pk]) for case in found}
