"""The persons of a consultation before the disclosure gate (ADR 0021)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chiba_ward.correspondence import safe_contact
from chiba_ward.disclosure import gate
from chiba_ward.disclosure.marks import Known
from consultations.enums import ConsultantKind, ExcerptItem, PartyKind
from consultations.models import Consultation, Party, ReferralItem

CARD = ("card", 0)
WHERE = frozenset({ExcerptItem.PHONE, ExcerptItem.ADDRESS})
"""Items of an excerpt that say where a person is, or by what they can be traced."""


def known_of(party: Party) -> Known:
    return Known(
        name=party.name,
        kana=party.kana,
        known_as=party.known_as,
        phone=party.phone,
        address=party.address,
        matter=party.consultation_id,
    )


def people_of(case: Consultation, parties: Iterable[Party] | None = None) -> list[Known]:
    """Everybody in it, and the card by which it is answered."""
    some = case.parties.all() if parties is None else parties
    return [safe_contact.known_of(case.matter.contact), *(known_of(party) for party in some)]


@dataclass(frozen=True)
class Held:
    """Who of a case is held: the keys of parties, and whether whoever consulted is among them. `beside` are other cases in
    which somebody is.

    A restriction of the matter itself holds everybody in it. Of a husband who asks for his wife, she alone is held:
    his own letters go on, and nothing beside his name tells that there is a restriction.
    """

    parties: frozenset[int] = frozenset()
    consulter: bool = False
    beside: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.parties) or self.consulter


def of_case(
    case: Consultation, parties: Sequence[Party] | None = None, beside: Sequence[Consultation] = ()
) -> Held:
    """In one question; one more where the parties are not known yet, and one for those of the cases beside it."""
    some = list(case.parties.all()) if parties is None else parties
    people: dict[tuple[str, int], list[Known]] = {CARD: [safe_contact.known_of(case.matter.contact)]}
    people |= {("party", party.pk): [known_of(party)] for party in some}
    people |= {("case", pk): known for pk, known in _people_of(beside).items()}
    found = gate.held_among(people)
    safe_contact.remember(case.matter.contact, held=CARD in found)
    parts = {part: frozenset(pk for kind, pk in found if kind == part) for part in ("party", "case")}
    own = {party.pk for party in some if party.kind == PartyKind.CONSULTER}
    return Held(parts["party"], CARD in found or bool(parts["party"] & own), parts["case"])


def is_held(case: Consultation, parties: Sequence[Party] | None = None) -> bool:
    """Whether anybody in this case is held."""
    return bool(of_case(case, parties))


def held_of(cases: Sequence[Consultation]) -> set[int]:
    """Of several, with their matter and contact joined: the keys of those that are held; two questions."""
    return gate.held_among(_people_of(cases))


def _people_of(cases: Sequence[Consultation]) -> dict[int, list[Known]]:
    people: dict[int, list[Known]] = {case.pk: [safe_contact.known_of(case.matter.contact)] for case in cases}
    for party in Party.objects.filter(consultation__in=list(people)).order_by("pk") if people else ():
        people[party.consultation_id].append(known_of(party))
    return people


def person_of(pk: int) -> Known:
    """Whom a restriction of this matter is about: whoever consulted for themselves, else the person concerned.

    By name alone. Address and telephone of a matter may be those of the home that she shares with whom she fears: as marks
    they would stop his letters as well, and tell him why. What she must hide, somebody enters in the register.
    """
    case = Consultation.objects.get(pk=pk)
    kind = PartyKind.CONSULTER if case.consultant_kind == ConsultantKind.SELF else PartyKind.SUBJECT
    party = case.parties.filter(kind=kind).order_by("pk").first()
    return Known(name=party.name, kana=party.kana, matter=pk) if party else Known(matter=pk)


def handed_over(case: Consultation, items: Iterable[ReferralItem]) -> list[ReferralItem]:
    """What was chosen for a つなぎ, as it may be shown now: it is asked when it is read, not when it was chosen."""
    shown = list(items)
    if any(item.item in WHERE for item in shown) and of_case(case).consulter:
        for item in shown:
            if item.item in WHERE:
                item.text = gate.HIDDEN
    return shown
