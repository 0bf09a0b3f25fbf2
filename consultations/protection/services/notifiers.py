"""The notifier is set apart from the case, in the transaction that encloses it (児童虐待防止法7条, ASSURANCE OU5)."""

from typing import Any

from django.db.models import ProtectedError

from chiba_ward.correspondence.enums import Medium
from chiba_ward.correspondence.models import ContactCard
from consultations.enums import ExcerptItem, PartyKind
from consultations.models import Consultation, Party, ReferralItem
from consultations.protection.models import AbuseNotification, Notifier

SPEAKERS = (PartyKind.CONSULTER, PartyKind.PROXY)
IDENTIFYING = (
    ExcerptItem.NAME,
    ExcerptItem.PHONE,
    ExcerptItem.EMAIL,
    ExcerptItem.ADDRESS,
    ExcerptItem.CONTACT_RULES,
)
OF_A_PERSON = (
    "name", "kana", "known_as", "relation", "age_band", "phone", "postal_code", "address", "contact_note",
)  # fmt: skip
FIELDS = ("name", "kana", "relation", "phone", "email", "address", "note")


def set_apart(case: Consultation, notice: AbuseNotification) -> None:
    """Move what identifies or reaches whoever notified; nothing of it stays with the case."""
    found = _known(case)
    if any(found.values()):
        Notifier.objects.create(notification=notice, **found)
    for person in case.parties.filter(kind__in=SPEAKERS).order_by("pk"):
        _let_go(person)
    ReferralItem.objects.filter(referral__consultation=case, item__in=IDENTIFYING).delete()
    _empty(ContactCard.objects.get(pk=case.pk))
    case.relation = ""
    case.save(update_fields=["relation"])


def _let_go(person: Party) -> None:
    """The row goes, and consents of theirs with it; where a meeting or a plan named them, it stays without a word of who it was."""
    try:
        person.delete()
    except ProtectedError:
        for name in OF_A_PERSON:
            setattr(person, name, "")
        person.save(update_fields=OF_A_PERSON)


def _known(case: Consultation) -> dict[str, str]:
    people = list(case.parties.filter(kind__in=SPEAKERS).order_by("kind", "pk"))
    first = people[0] if people else Party()
    card = ContactCard.objects.get(pk=case.pk)
    return {
        "name": first.name or card.name,
        "kana": first.kana,
        "relation": case.relation or first.relation,
        "phone": card.phone or first.phone,
        "email": card.email,
        "address": first.address or card.address,
        "note": "\n".join(filter(None, [card.forbidden, card.accommodation, *map(_told_of, people[1:])])),
    }


def _told_of(person: Party) -> str:
    return " ".join(
        filter(None, [person.get_kind_display(), person.name, person.kana, person.relation, person.phone])
    )


def _empty(card: ContactCard) -> None:
    """Nobody is reached through the card any more: neither by the portal nor by a button."""
    for name in ("name", "email", "phone", "postal_code", "address", "forbidden", "accommodation"):
        setattr(card, name, "")
    for name in ("may_email", "may_call", "may_write"):
        setattr(card, name, False)
    card.preferred, card.no_home_contact = Medium.PORTAL, True
    card.call_from = card.call_until = None
    card.save()


def write_down(notice: AbuseNotification, told: dict[str, Any]) -> None:
    """What a caller said of themselves, straight into the record apart: it never lies with the case."""
    given = {name: told.get(name) or "" for name in FIELDS}
    if any(given.values()):
        Notifier.objects.update_or_create(notification=notice, defaults=given)
