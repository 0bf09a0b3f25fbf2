"""The receipt PDF of a citizen's own case."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from chiba_ward.documents import services
from consultations.models import Consultation


def receipt_document(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    document = services.request(
        "consultation_receipt",
        title=f"受付票 {consultation.receipt_no}",
        matter=consultation.matter,
        by=request.actor,
    )
    return redirect("documents:show", document.pk)
