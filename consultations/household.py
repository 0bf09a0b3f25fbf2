"""同じ世帯かもしれない相談: offered to a human, never linked or merged by the machine (J3, DOMAIN §10 S6).

Where somebody may be in danger from their own household, nothing is offered in either direction: a husband's
consultation must not stand beside his wife's.
"""

from django.db.models import Q, QuerySet

from chiba_ward.access.actor import Actor
from chiba_ward.casework.models import SearchTerms
from chiba_ward.casework.search.question import same_as
from chiba_ward.ui import normalisation
from consultations.enums import Flag
from consultations.models import Consultation, Party
from consultations.search import household_of

CONFLICTS = (Flag.DV, Flag.ABUSE_CHILD, Flag.ABUSE_ELDER, Flag.ABUSE_DISABLED)
SHOWN = 5


def is_conflicted(case: Consultation) -> bool:
    """Whether showing this case beside another of the household could harm somebody."""
    return not set(CONFLICTS).isdisjoint(case.flags) or case.matter.contact.no_home_contact


def unconflicted() -> Q:
    return ~Q(flags__overlap=[str(flag) for flag in CONFLICTS]) & Q(matter__contact__no_home_contact=False)


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
    if not pairs or case.ward_id is None or is_conflicted(case):
        return Consultation.objects.none()
    same = SearchTerms.objects.filter(same_as(pairs)).exclude(pk=case.pk).order_by().values("pk")
    linked = Q(links_later__later=case.pk) | Q(links_earlier__earlier=case.pk)
    return (
        Consultation.objects.visible_to(actor)
        .filter(unconflicted(), pk__in=same, ward=case.ward_id)
        .exclude(pk__in=Consultation.objects.filter(linked).values("pk"))
        .select_related("matter")
        .order_by("-received_at", "-pk")
    )
