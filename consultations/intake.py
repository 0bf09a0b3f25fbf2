"""From the answers of the four screens to one `Filing`."""

from typing import Any

from chiba_ward.correspondence.enums import Medium
from chiba_ward.directory import selectors
from chiba_ward.directory.models import Town, Ward
from consultations import choices
from consultations.enums import ConsultantKind, PartyKind
from consultations.forms.intake import UNKNOWN_WARD
from consultations.models import Consultation, Party
from consultations.services.filing import Filing, Person

Answers = dict[str, dict[str, Any]]


def filing_from(answers: Answers, *, channel: str, language: str) -> Filing:
    """`answers` are the cleaned data of each step, by the step's name."""
    story, contact = answers["story"], answers["contact"]
    ward, town = _place(answers["place"])
    about_self = story["consultant_kind"] == ConsultantKind.SELF
    consulter = Person(
        name=contact["name"],
        kana=contact["kana"],
        phone=contact["phone"],
        **(_home(answers["place"]) if about_self else {}),
    )
    subject = Person() if about_self else Person(relation=story["relation"], **_home(answers["place"]))
    return Filing(
        chief_concern=story["chief_concern"],
        body=story["body"],
        consultant_kind=story["consultant_kind"],
        relation=story["relation"],
        topic=choices.topic_named(answers["topic"]["topic"]),
        ward=ward,
        town=town,
        consulter=consulter,
        subject=subject,
        contact=contact_card(contact),
        language=language,
        channel=channel,
    )


def contact_card(contact: dict[str, Any]) -> dict[str, Any]:
    """What may be used is only what was asked for: a telephone number alone is no leave to call."""
    cautions = contact["cautions"]
    preferred = contact["preferred"]
    return {
        "preferred": preferred,
        "name": contact["name"],
        "email": contact["email"],
        "phone": contact["phone"],
        "postal_code": contact["letter_postal_code"].replace("-", ""),
        "address": contact["letter_address"],
        "may_email": preferred == Medium.EMAIL,
        "may_call": preferred == Medium.CALL,
        "may_write": preferred == Medium.LETTER,
        "call_from": contact["call_from"],
        "call_until": contact["call_until"],
        "no_home_contact": "no_home_contact" in cautions,
        "no_voicemail": "no_voicemail" in cautions,
        "plain_sender": "plain_sender" in cautions,
        "forbidden": contact["forbidden"],
        "accommodation": contact["accommodation"],
        "needs_interpreter": contact["needs_interpreter"],
    }


def _place(place: dict[str, Any]) -> tuple[Ward | None, Town | None]:
    ward = selectors.ward_named(place["ward"])
    if ward is None or not place["town_name"]:
        return ward, None
    return ward, selectors.towns_of(ward, place["town_name"]).filter(name=place["town_name"]).first()


def _home(place: dict[str, Any]) -> dict[str, str]:
    return {
        "postal_code": place["postal_code"].replace("-", ""),
        "address": " ".join(filter(None, [place["town_name"], place["address"]])),
    }


def answers_of(case: Consultation) -> dict[str, dict[str, list[str]]]:
    """The other way round: what was typed, as far as the case holds it, to correct an entry on the same screens."""
    card = case.matter.contact
    cautions = [name for name in ("no_home_contact", "no_voicemail", "plain_sender") if getattr(card, name)]
    consulter = case.parties.filter(kind=PartyKind.CONSULTER).first() or Party()
    about = PartyKind.CONSULTER if case.consultant_kind == ConsultantKind.SELF else PartyKind.SUBJECT
    home = case.parties.filter(kind=about).first() or Party()
    town = case.town.name if case.town else ""
    raw: dict[str, dict[str, Any]] = {
        "topic": {"topic": case.topic.code if case.topic else ""},
        "story": {
            "consultant_kind": case.consultant_kind,
            "relation": case.relation,
            "chief_concern": case.chief_concern,
            "body": case.body,
        },
        "place": {
            "postal_code": home.postal_code,
            "ward": case.ward.slug if case.ward else UNKNOWN_WARD,
            "town_name": town,
            "address": home.address.removeprefix(town).strip(),
        },
        "contact": {
            "preferred": card.preferred,
            "name": consulter.name,
            "kana": consulter.kana,
            "email": card.email,
            "phone": card.phone,
            "call_from": card.call_from and f"{card.call_from:%H:%M}",
            "call_until": card.call_until and f"{card.call_until:%H:%M}",
            "letter_postal_code": card.postal_code,
            "letter_address": card.address,
            "forbidden": card.forbidden,
            "accommodation": card.accommodation,
            "needs_interpreter": "on" if card.needs_interpreter else "",
        },
    }
    typed = {
        step: {name: [str(value)] for name, value in given.items() if value} for step, given in raw.items()
    }
    typed["contact"]["cautions"] = cautions
    return typed
