"""Prints of つなぎ: the sheet to hand over or fax, with boxes to fill in by hand, and the form of consent.

Each carries the receipt number of the matter; names of offices are those of the day of sending (C12).
"""

import datetime as dt
from typing import Any

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.directory.models import Office
from chiba_ward.disclosure import gate
from chiba_ward.documents import registry
from chiba_ward.documents.heads import DocumentHead
from chiba_ward.documents.models import Document
from chiba_ward.documents.registry import PdfSource, document_kind
from chiba_ward.documents.renderer import Progress
from consultations import held
from consultations.enums import ExcerptItem
from consultations.excerpt import lines_of
from consultations.models import ConsentGrant, Consultation, Referral
from consultations.policy_referral import may_read_excerpt
from consultations.selectors_referral import deadline_of

SHEET, CONSENT = "referral_sheet", "consent_form"
HANDLING = "機密性3・関係者限り"
ROWS = Referral.objects.select_related(
    "consultation__matter", "from_office", "to_office", "created_by__person"
)


@document_kind(SHEET, "つなぎ票")
def build_sheet(document: Document, progress: Progress) -> PdfSource:
    referral = ROWS.get(pk=document.params["referral"])
    progress(30)
    return PdfSource.of_template(
        "consultations/documents/referral_sheet.html", sheet_context(referral, document)
    )


@document_kind(CONSENT, "つなぎの同意書")
def build_consent(document: Document, progress: Progress) -> PdfSource:
    if "consent" in document.params:
        consent = ConsentGrant.objects.select_related("consultation__matter", "to_office", "person").get(
            pk=document.params["consent"]
        )
        context = _consent_context(consent.consultation, consent.to_office, consent.obtained_on, document)
        context |= {"consent": consent, "ticked": set(consent.items)}
    else:
        referral = ROWS.get(pk=document.params["referral"])
        context = _consent_context(referral.consultation, referral.to_office, timezone.localdate(), document)
        context |= {"consent": None, "ticked": set(), "purpose": referral.purpose}
    progress(50)
    return PdfSource.of_template("consultations/documents/consent_form.html", context)


def sheet_context(referral: Referral, document: Document) -> dict[str, Any]:
    day = timezone.localdate(referral.sent_at or timezone.now())
    today = timezone.localdate()
    sender = referral.from_office.version_on(day) or referral.from_office.version_on(today)
    receiver = referral.to_office.version_on(day) or referral.to_office.version_on(today)
    matter = referral.consultation.matter
    return {
        "document": DocumentHead(
            title="つなぎ票",
            created_at=timezone.now(),
            number=f"{matter.receipt_no} つなぎ{referral.sequence}",
            office=referral.sender_name,
            classification=HANDLING,
            recipient=referral.receiver_name,
            is_drill=matter.is_drill,
        ),
        "referral": referral,
        "items": held.handed_over(referral.consultation, referral.items.select_related("attachment")),
        "sender": sender,
        "receiver": receiver,
        "day": day,
        "is_fax": document.params.get("cover") == "fax",
        "deadline": deadline_of(referral),
        "pages_hint": referral.items.count(),
    }


def _consent_context(case: Consultation, office: Office, day: dt.date, document: Document) -> dict[str, Any]:
    present = {line.item for line in lines_of(case)}
    return {
        "document": DocumentHead(
            title="つなぎの同意書",
            created_at=timezone.now(),
            number=case.receipt_no,
            office=case.desk_office.name_on(day),
            classification=HANDLING,
            is_drill=case.matter.is_drill,
        ),
        "to_office": office.version_on(day),
        "to_office_name": office.name_on(day),
        "items": [(item, item.label) for item in ExcerptItem if item in present],
        "purpose": "",
        "day": day,
    }


def may_see_sheet(document: Document, actor: Actor) -> bool:
    """As long as the excerpt itself may be read: a withdrawn consent closes the PDF too."""
    found = (
        Referral.objects.visible_to(actor)
        .select_related("consultation")
        .filter(pk=document.params.get("referral"))
        .first()
    )
    return found is not None and may_read_excerpt(actor, found) and not _shows_too_much(document, found)


def _shows_too_much(document: Document, referral: Referral) -> bool:
    """Made before an address in it was to be hidden: a new one is made with the same button."""
    if not referral.items.filter(item__in=held.WHERE).exists():
        return False
    since = gate.held_since(*held.people_of(referral.consultation))
    return since is not None and document.created_at < since


def may_see_consent(document: Document, actor: Actor) -> bool:
    return Consultation.objects.visible_to(actor).filter(pk=document.matter_id).exists()


def register() -> None:
    registry.register_visibility(SHEET, may_see_sheet)
    registry.register_visibility(CONSENT, may_see_consent)
