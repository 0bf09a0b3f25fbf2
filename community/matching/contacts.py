"""What one side of a 仲介 reads of the other once both have agreed: what that side released, past the disclosure gate."""

from dataclasses import dataclass

from chiba_ward.disclosure import gate
from chiba_ward.disclosure.marks import Known
from community import held
from community.enums import ContactKind
from community.matching.enums import AGREED, FRUITFUL, Side
from community.matching.models import Listing, Match
from community.matching.services.matches import PERSON
from community.models import OrgContact

EXCHANGED = (*AGREED, *FRUITFUL)
IN_BETWEEN = "連絡先は知らせません。区役所の地域づくり支援課が、間に立って連絡します。"


@dataclass(frozen=True)
class Released:
    """`lines` are label and value. `in_between`: nothing is shown, for a reason that nobody is told."""

    side: Side
    lines: tuple[tuple[str, str], ...] = ()
    in_between: str = ""


def of(match: Match, side: Side) -> Released | None:
    """None before both have agreed, and after it has failed."""
    if match.state not in EXCHANGED:
        return None
    said = match.answers.filter(side=side, is_yes=True).first()
    listing, kinds = match.listing(side), set(said.released) if said else set()
    if is_held(listing) or not kinds:
        return Released(side, in_between=IN_BETWEEN)
    if listing.org_id is None:
        lines = [("名前", listing.person_name), ("連絡先", listing.person_contact)] if PERSON in kinds else []
    else:
        rows = OrgContact.objects.filter(org=listing.org_id, kind__in=kinds).order_by("kind")
        lines = [(str(ContactKind(row.kind).label), row.value) for row in rows]
    return Released(side, tuple(lines)) if lines else Released(side, in_between=IN_BETWEEN)


def is_held(listing: Listing) -> bool:
    """Whether a restriction speaks of the person, or of anybody whom the contacts of the organisation name."""
    if listing.org_id is None:
        known = listing.person_contact
        return gate.is_held(Known(name=listing.person_name, phone=known), Known(address=known))
    return held.held_since(OrgContact.objects.filter(org=listing.org_id)) is not None


def offered(listing: Listing) -> list[tuple[str, str]]:
    """What this side may choose to release: kind and label of what is known of it."""
    if listing.org_id is None:
        return [(PERSON, "名前と連絡先")]
    rows = OrgContact.objects.filter(org=listing.org_id).order_by("kind").values_list("kind", flat=True)
    return [(kind, str(ContactKind(kind).label)) for kind in rows]
