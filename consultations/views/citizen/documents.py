"""The receipt PDF of a citizen's own case."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from chiba_ward.access.request import PortalRequest
from chiba_ward.documents import services
from consultations.models import Consultation


def receipt_document(request: PortalRequest, consultation: Consultation) -> HttpResponse:
    document = services.request(
        "consultation_receipt",
        title=_("受付票 %(number)s") % {"number": consultation.receipt_no},
        matter=consultation.matter,
        by=request.actor,
    )
    return redirect("documents:show", document.pk)
