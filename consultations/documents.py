"""Papers of this module: the receipt that a person takes home."""

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiba_ward.access.actor import Actor
from chiba_ward.casework.enums import Channel
from chiba_ward.documents.heads import DocumentHead
from chiba_ward.documents.models import Document
from chiba_ward.documents.qr import qr_image
from chiba_ward.documents.registry import PdfSource, document_kind, register_visibility
from consultations import receipts
from consultations.models import Consultation

CHANNEL_WORDS = {
    Channel.WEB: gettext_lazy("インターネット"),
    Channel.COUNTER: gettext_lazy("窓口"),
    Channel.TELEPHONE: gettext_lazy("電話"),
    Channel.POST: gettext_lazy("郵便"),
    Channel.VISIT: gettext_lazy("訪問"),
}


@document_kind("consultation_receipt", "受付票")
def receipt(document: Document, progress: Callable[[int], None]) -> PdfSource:
    """受付票: number, promise, QR of the status page. Never the passphrase, never the words."""
    case = Consultation.objects.select_related("matter", "desk_office").get(pk=document.matter_id)
    with translation.override(case.language):
        return _receipt(document, case)


def _receipt(document: Document, case: Consultation) -> PdfSource:
    promise = case.matter.deadlines.filter(kind="consultation.reply").order_by("id").first()
    address = f"{settings.PORTAL_BASE_URL}{reverse('status:login')}?n={case.receipt_no}"
    office = _received_by(case)
    head = DocumentHead(
        title=_("相談受付票"),
        created_at=document.created_at,
        number=case.receipt_no,
        office=office,
        classification=_("本人控え"),
        language=case.language if case.language != "ja-easy" else "ja",
        is_drill=case.matter.is_drill,
    )
    context = {
        "document": head,
        "case": case,
        "promise_at": receipts.promised(promise) if promise else None,
        "office": office,
        "address": address,
        "qr": qr_image(address, _("相談の状況を見るページ")),
        "contact": CHANNEL_WORDS.get(case.channel, ""),
    }
    return PdfSource.of_template("consultations/pdf/receipt.html", context)


def _received_by(case: Consultation) -> str:
    """The section that took it in, by its name of that day, whoever has the case now (C12)."""
    line = case.matter.timeline.filter(kind="consultation.received").order_by("id").first()
    key = "office_en" if case.language.startswith("en") else "office"
    noted = str(line.data.get(key) or line.data.get("office", "")) if line else ""
    return noted or case.desk_office.spoken_on(timezone.localdate(case.received_at), case.language)


def sees_receipt(document: Document, actor: Actor) -> bool:
    """Whoever sees the case; of a protected one its seats alone, for the paper names a section."""
    rows = Consultation.objects.visible_to(actor).filter(pk=document.matter_id)
    return (rows if actor.is_staff else rows.filter(protected_at__isnull=True)).exists()


register_visibility("consultation_receipt", sees_receipt)
