"""What a list says a case is about, wherever it stands: pages, files, prints, the work of the day (C5, DOMAIN §9 R2).

The words of a matter in a compartment stand on its own page alone; while somebody must still confirm a danger, the list
names what was found to whoever may confirm it, and nothing to others.
"""

from collections.abc import Iterable, Mapping

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from consultations.enums import PROTECTED_FLAGS
from consultations.models import Consultation

WAITING = "確認待ち"


def subject_of(case: Consultation, actor: Actor) -> str:
    """The concern; the receipt number of what is enclosed; 「確認待ち」 while a danger is not confirmed."""
    if case.compartment_id is not None:
        return case.receipt_no
    if not case.suspected:
        return case.chief_concern
    phrases = phrases_in(case.hits) if allows(actor, "consultation.protect", case) else []
    return WAITING + "".join(f"「{phrase}」" for phrase in phrases)


def phrases_in(hits: Iterable[Mapping[str, str]]) -> list[str]:
    """The phrases that speak of abuse or violence, the most urgent first."""
    return [hit["phrase"] for hit in hits if hit["flag"] in PROTECTED_FLAGS]
