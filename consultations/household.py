"""同じ世帯かもしれない相談: offered to a human, never linked or merged by the machine (J3, DOMAIN §10 S6).

Where somebody may be in danger from their own household, nothing is offered in either direction: a husband's
consultation must not stand beside his wife's.
"""

from django.db.models import Q, QuerySet

from chiba_ward.access.actor import Actor
from chiba_ward.casework.models import SearchTerms
from chiba_ward.casework.search.question import same_as
from chiba_ward.ui import normalisation
from consultations import held
from consultations.enums import PROTECTED_FLAGS
from consultations.models import CaseLink, Consultation, Party
from consultations.search import household_of

CONFLICTS = PROTECTED_FLAGS
SHOWN = 5
LOOKED_AT = 25
# Asked first and by itself: in one question PostgreSQL looks into every case of the section, ten years of them, since
# it cannot know how rare a telephone number is. More than this share nothing but a very common reading.
MOST_ALIKE = 5_000


def is_conflicted(case: Consultation) -> bool:
    """Whether showing this case beside another of the household could harm somebody."""
    return is_marked(case) or held.is_held(case)


def is_marked(case: Consultation) -> bool:
    """The same by what the case itself says of danger; the register is asked besides."""
    dangers = {*case.flags, *case.suspected}
    return not set(CONFLICTS).isdisjoint(dangers) or case.matter.contact.no_home_contact


def alike(case: Consultation, parties: list[Party], actor: Actor) -> list[Consultation]:
    """As many candidates as are looked at; none of an ended case."""
    return list(candidates(case, parties, actor)[:LOOKED_AT]) if case.is_open else []


def offered(candidates: list[Consultation], who: held.Held) -> list[Consultation]:
    """The first few; none where somebody is held, in the case itself or in the other."""
    return [] if who else [other for other in candidates if other.pk not in who.beside][:SHOWN]


def unheld(cases: list[Consultation]) -> list[Consultation]:
    """Without those in which somebody is held: two questions, none for an empty list."""
    hidden = held.held_of(cases) if cases else set()
    return [other for other in cases if other.pk not in hidden]


def unconflicted() -> Q:
    calm = ~Q(flags__overlap=[str(flag) for flag in CONFLICTS]) & Q(suspected=[])
    return calm & Q(matter__contact__no_home_contact=False)


def shares_surname(actor: Actor, parties: list[Party]) -> bool:
    """Whether a person in the case bears the family name of the member of staff who reads it: for the auditor (AU4)."""
    own = _surnames(actor.user.name, actor.user.kana) if actor.user else set()
    return any(own & _surnames(party.name, party.kana) for party in parties)


def _surnames(name: str, kana: str) -> set[str]:
    """The first word of name and reading; one written without a space tells no family name."""
    texts = (normalisation.clean_line(name), normalisation.katakana(kana))
    words = [text.replace("　", " ").split(" ") for text in texts]
    return {parts[0] for parts in words if len(parts) > 1}


def candidates(case: Consultation, parties: list[Party], actor: Actor) -> QuerySet[Consultation]:
    """Open or ended cases of the same ward that this actor may open, with the same telephone, address or reading."""
    pairs = [pair for party in parties for pair in household_of(party)]
    if not pairs or case.ward_id is None or is_marked(case):
        return Consultation.objects.none()
    alike = SearchTerms.objects.filter(same_as(pairs)).exclude(pk=case.pk).order_by()
    same = list(alike.values_list("pk", flat=True)[:MOST_ALIKE])
    later, earlier = CaseLink.objects.filter(earlier=case.pk), CaseLink.objects.filter(later=case.pk)
    return (
        Consultation.objects.visible_to(actor)
        .filter(unconflicted(), pk__in=same, ward=case.ward_id)
        .exclude(pk__in=later.order_by().values("later"))
        .exclude(pk__in=earlier.order_by().values("earlier"))
        .select_related("matter__contact")
        .order_by("-received_at", "-pk")
    )
