"""Letters: made as PDFs by the documents worker, printed in one go, marked as sent by a person (J2)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from chiba_ward.access.actor import SYSTEM, Actor
from chiba_ward.casework import timeline
from chiba_ward.correspondence import safe_contact, texts
from chiba_ward.correspondence.enums import DeliveryState, Medium, RecipientKind
from chiba_ward.correspondence.models import ContactCard, Delivery
from chiba_ward.directory.models import Office
from chiba_ward.documents import services as documents
from chiba_ward.documents.heads import DocumentHead, LetterAddress, LetterSender
from chiba_ward.documents.qr import qr_image
from chiba_ward.documents.registry import PdfSource, document_kind, register_visibility
from chiba_ward.documents.renderer import DocumentError

if TYPE_CHECKING:
    from chiba_ward.documents.models import Document

KIND = "letter"
MAX_MERGED = 100
LARGE_WORDS = ("大きな文字", "大きい文字", "拡大", "弱視", "large print")


class NotReadyError(DocumentError):
    """A letter is not made yet, must not be made, or none was chosen; `message` tells the clerk what to do."""


def order(delivery: Delivery, *, large: bool = False) -> None:
    """Ask for the PDF in the caller's transaction; the row holds ids only."""
    matter = delivery.notice.matter
    delivery.document = documents.request(
        KIND,
        title=f"手紙 {matter.receipt_no}",
        matter=matter,
        by=SYSTEM,
        params={"delivery_id": delivery.pk, "large": int(large)},
    )
    delivery.save(update_fields=["document"])


@document_kind(KIND, "手紙")
def build(document: Document, progress: Callable[[int], None]) -> PdfSource:
    """The letter of a delivery, with the address in the window of the envelope.

    Raises NotReadyError when the person must not be written to (any more).
    """
    delivery = (
        Delivery.objects.with_matter().select_related("notice__office").get(pk=document.params["delivery_id"])
    )
    card = _card(delivery)
    allowed = safe_contact.permitted(card, Medium.LETTER)
    if card is None or not allowed:
        raise NotReadyError(allowed.reason)
    progress(5)
    return PdfSource.of_template("correspondence/letter.html", letter_context(delivery, card, document))


def letter_context(delivery: Delivery, card: ContactCard, document: Document) -> dict[str, object]:
    """What the letter shows. A plain one names neither city nor office anywhere."""
    notice, plain = delivery.notice, safe_contact.is_plain(card)
    text = texts.render(notice, Medium.LETTER)
    url = "" if plain else texts.value("status_url", notice, card.language)
    return {
        "document": DocumentHead(
            title=text.subject,
            created_at=document.created_at,
            number=notice.matter.receipt_no,
            city="" if plain else "千葉市",
            language="en" if card.language == "en" else "ja",
            is_drill=notice.matter.is_drill,
            large_print=bool(document.params.get("large")) or wants_large(card),
        ),
        "address": LetterAddress(
            addressee=card.name or "ご本人",
            lines=_address_lines(card.address),
            postal_code=_postal(card.postal_code),
        ),
        "sender": LetterSender("") if plain else sender(delivery.office),
        "body": text.body,
        "status_url": url,
        "qr": qr_image(url, "状況を確認するページのQRコード") if url else "",
    }


def sender(office: Office | None) -> LetterSender:
    """The office as it is called and reached today."""
    version = office.version_on(timezone.localdate()) if office else None
    if version is None:
        return LetterSender("")
    telephone = f"電話 {version.telephone}" if version.telephone else ""
    return LetterSender(
        version.name, tuple(line for line in (version.address, telephone, version.hours_text) if line)
    )


def wants_large(card: ContactCard) -> bool:
    """Whether the card asks for large print, in the words of the field 「必要な配慮」."""
    return any(word in card.accommodation.lower() for word in LARGE_WORDS)


def merged(deliveries: Iterable[Delivery]) -> bytes:
    """One PDF with all letters, each beginning on a new page, in the order given.

    Raises NotReadyError: none chosen, too many, not made yet, or no longer permitted.
    """
    chosen = list(deliveries)
    if not 0 < len(chosen) <= MAX_MERGED:
        raise NotReadyError(f"印刷する手紙を1通から{MAX_MERGED}通まで選んでください。")
    for delivery in chosen:
        require_printable(delivery)
    return _joined([_content(delivery) for delivery in chosen])


def require_printable(delivery: Delivery) -> None:
    """Asked again at the printer (ASSURANCE finding 14). Raises NotReadyError."""
    number = delivery.notice.matter.receipt_no
    allowed = safe_contact.permitted(_card(delivery), Medium.LETTER)
    if not allowed:
        raise NotReadyError(f"{number} は印刷できません。{allowed.reason}")
    if delivery.document is None or not delivery.document.blob:
        raise NotReadyError(f"{number} の手紙はまだ作成中です。1分ほど待ってから、もう一度選んでください。")


@transaction.atomic
def mark_printed(deliveries: Sequence[Delivery], actor: Actor) -> int:
    """The letters were printed and posted today by this actor; the number marked. Raises NotReadyError."""
    if not deliveries:
        raise NotReadyError("発送した手紙を選んでください。")
    rows = Delivery.objects.select_for_update(of=("self",)).to_print().with_matter()
    marked = 0
    for delivery in rows.filter(pk__in=[delivery.pk for delivery in deliveries]).order_by("id"):
        require_printable(delivery)
        _posted(delivery, actor)
        marked += 1
    return marked


@transaction.atomic
def redo(deliveries: Sequence[Delivery], *, large: bool) -> int:
    """Make the letters again, with today's texts and address, in large print if wished."""
    for delivery in deliveries:
        order(delivery, large=large)
    return len(deliveries)


def may_open(document: Document, actor: Actor) -> bool:
    """A letter is opened by the office that prints it; nobody else needs the address. None, once the address is held."""
    rows = Delivery.objects.visible_to(actor).filter(document=document).select_related("notice__matter")
    delivery = rows.order_by("pk").first()
    if delivery is None:
        return False
    card = _card(delivery)
    return card is None or not safe_contact.is_held(card)


def _posted(delivery: Delivery, actor: Actor) -> None:
    from chiba_ward.correspondence.notices import settle

    settle(delivery, DeliveryState.PRINTED, by=actor.posting)
    timeline.record(delivery.notice.matter, "correspondence.letter_posted", actor)


def _card(delivery: Delivery) -> ContactCard | None:
    if delivery.notice.recipient_kind != RecipientKind.CITIZEN:
        return None
    return ContactCard.objects.filter(pk=delivery.notice.matter_id).first()


def _content(delivery: Delivery) -> bytes:
    assert delivery.document is not None
    with delivery.document.blob.open("rb") as blob:
        return bytes(blob.read())


def _joined(files: list[bytes]) -> bytes:
    from pikepdf import Pdf

    with Pdf.new() as whole:
        for content in files:
            with Pdf.open(io.BytesIO(content)) as part:
                whole.pages.extend(part.pages)
        out = io.BytesIO()
        whole.save(out)
    return out.getvalue()


def _postal(code: str) -> str:
    return f"{code[:3]}-{code[3:]}" if len(code) == 7 else code


def _address_lines(address: str) -> tuple[str, ...]:
    """As written; a very long one is broken at a space, or after 24 characters, to stay in the window."""
    lines: list[str] = []
    for part in address.splitlines() or [""]:
        while len(part) > 24:
            cut = part.rfind(" ", 1, 25) if " " in part[1:25] else 24
            lines.append(part[:cut].strip())
            part = part[cut:].strip()
        lines.append(part)
    return tuple(line for line in lines if line)


register_visibility(KIND, may_open)
