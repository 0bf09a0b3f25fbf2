"""What may be handed on, item by item, in the words of the case (個人情報保護法69条: no more than needed).

An item that the safe-contact card forbids is not offered at all: what is not handed over cannot be used.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import get_language_info

from chiba_ward.casework.models import Attachment
from chiba_ward.correspondence.models import ContactCard
from chiba_ward.disclosure import gate
from consultations import held
from consultations.enums import ExcerptItem, PartyKind
from consultations.models import Consultation, Party

CONTACT_ITEMS = frozenset({ExcerptItem.PHONE, ExcerptItem.EMAIL, ExcerptItem.ADDRESS})
"""Whoever gets one of these also gets the rules of safe contact; see `with_contact_rules`."""


@dataclass(frozen=True)
class ExcerptLine:
    """One item as the case has it today. `withheld` says why it is not offered."""

    item: ExcerptItem
    text: str = ""
    attachment: Attachment | None = None
    withheld: str = ""
    person: Party | None = None

    @property
    def label(self) -> str:
        return str(self.item.label)

    @property
    def title(self) -> str:
        """The label, and of whom the line speaks where several persons have one each."""
        about = (self.person.relation or self.person.name) if self.person else ""
        return f"{self.label}（{about}）" if about else self.label

    @property
    def key(self) -> str:
        """How a form names this line; a file and a person have a line of their own."""
        row = self.attachment or self.person
        return f"{self.item}-{row.pk}" if row else str(self.item)


def with_contact_rules(items: set[ExcerptItem]) -> set[ExcerptItem]:
    """A telephone number without 「家に電話しない」 is dangerous: the rules go with it, always."""
    return items | {ExcerptItem.CONTACT_RULES} if items & CONTACT_ITEMS else items


def lines_of(case: Consultation) -> list[ExcerptLine]:
    """Everything that this case could hand over, in reading order; empty items are left out."""
    return [line for line in _all_lines(case) if line.text or line.attachment or line.withheld]


def _all_lines(case: Consultation) -> Iterator[ExcerptLine]:
    is_held = held.of_case(case).consulter
    for item, words in _WORDS.items():
        if item == ExcerptItem.SUBJECT:
            yield from _subjects(case)
            continue
        text, withheld = words(case)
        if text and is_held and item in held.WHERE:
            text, withheld = "", f"{gate.HIDDEN}。{gate.ADVICE}"
        yield ExcerptLine(item, text, withheld=withheld)
    for attachment in case.matter.attachments.clean().for_citizen():
        yield ExcerptLine(ExcerptItem.FILES, attachment.display_name, attachment)


Words = tuple[str, str]
"""The text, and why it is withheld; one of the two is empty."""


def _plain(text: str) -> Words:
    return text, ""


def _withheld(reason: str) -> Words:
    return "", reason


def card_of(case: Consultation) -> ContactCard | None:
    return ContactCard.objects.filter(matter_id=case.pk).first()


def _consulter(case: Consultation) -> Party | None:
    return case.parties.filter(kind=PartyKind.CONSULTER).first()


def _name(case: Consultation) -> Words:
    person = _consulter(case)
    if person is None or not (person.name or person.known_as):
        return _plain("")
    parts = [
        person.name,
        f"({person.kana})" if person.kana else "",
        f"通称 {person.known_as}" if person.known_as else "",
    ]
    return _plain(" ".join(part for part in parts if part))


def _phone(case: Consultation) -> Words:
    card, person = card_of(case), _consulter(case)
    number = (card.phone if card else "") or (person.phone if person else "")
    if number and not (card and card.may_call):
        return _withheld("電話しない設定のため、渡しません。")
    return _plain(number)


def _email(case: Consultation) -> Words:
    card = card_of(case)
    if card and card.email and not card.may_email:
        return _withheld("メールしない設定のため、渡しません。")
    return _plain(card.email if card else "")


def _address(case: Consultation) -> Words:
    person, card = _consulter(case), card_of(case)
    address = (person.address if person else "") or (card.address if card else "")
    if address and card and card.no_home_contact:
        return _withheld("「家には連絡しない」の設定のため、渡しません。")
    return _plain(address)


def _subject(case: Consultation) -> Words:
    return _plain("\n".join(line.text for line in _subjects(case)))


def _subjects(case: Consultation) -> Iterator[ExcerptLine]:
    """Each person by themselves: the agency for the grandmother does not read of the child (DOMAIN §1 finding 9)."""
    for person in case.parties.filter(kind=PartyKind.SUBJECT):
        yield ExcerptLine(ExcerptItem.SUBJECT, _one_subject(person), person=person)


def _one_subject(person: Party) -> str:
    parts = [person.relation, person.age_band, person.name, f"({person.kana})" if person.kana else ""]
    said = " ".join(part for part in parts if part) or "(名前は聞いていません)"
    return f"{said}\n連絡で気を付けること: {person.contact_note}" if person.contact_note else said


def _contact_rules(case: Consultation) -> Words:
    card = card_of(case)
    return _plain("\n".join(_rules(card)) if card else "")


def _rules(card: ContactCard) -> Iterator[str]:
    yield f"希望する方法: {card.get_preferred_display()}"
    refused = [
        name
        for name, may in (("電話", card.may_call), ("メール", card.may_email), ("郵便", card.may_write))
        if not may
    ]
    if refused:
        yield f"してはいけない: {'・'.join(refused)}"
    if card.call_from and card.call_until:
        yield f"電話してよい時間: {card.call_from:%H:%M}から{card.call_until:%H:%M}まで"
    if card.no_home_contact:
        yield "家には連絡しない"
    if card.may_call and card.no_voicemail:
        yield "留守番電話に残さない"
    if card.plain_sender:
        yield "区役所の名前を出さない"
    if card.forbidden:
        yield f"連絡してはいけない相手・方法: {card.forbidden}"


def _language_name(code: str) -> str:
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return code


def _accommodation(case: Consultation) -> Words:
    card = card_of(case)
    language = card.language if card else case.language
    parts = [f"言語: {_language_name(language)}" if language not in ("", "ja") else ""]
    if card:
        parts += ["通訳が必要" if card.needs_interpreter else "", card.accommodation]
    return _plain("\n".join(part for part in parts if part))


_WORDS: dict[ExcerptItem, Callable[[Consultation], Words]] = {
    ExcerptItem.NAME: _name,
    ExcerptItem.PHONE: _phone,
    ExcerptItem.EMAIL: _email,
    ExcerptItem.ADDRESS: _address,
    ExcerptItem.CONTACT_RULES: _contact_rules,
    ExcerptItem.ACCOMMODATION: _accommodation,
    ExcerptItem.SUBJECT: _subject,
    ExcerptItem.CONCERN: lambda case: _plain(case.chief_concern),
    ExcerptItem.BODY: lambda case: _plain(case.body),
}
