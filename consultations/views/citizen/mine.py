"""A resident's own account: the consultations they filed while signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from chiba_ward.access.decorators import resident_required
from chiba_ward.access.views_support import get_visible
from consultations.models import Consultation
from consultations.views.citizen.status import render_case


@resident_required
def index(request: HttpRequest) -> HttpResponse:
    """Newest first; an empty list says how to begin."""
    cases = Consultation.objects.visible_to(request.actor).select_related("matter", "topic")
    drafts = request.user.drafts.filter(kind="consultation", matter=None)
    context = {"cases": list(cases.order_by("-received_at")[:50]), "drafts": list(drafts[:10])}
    return render(request, "consultations/citizen/mine.html", context)


@resident_required
def open_case(request: HttpRequest, number: str) -> HttpResponse:
    rows = Consultation.objects.select_related("matter", "desk_office", "ward")
    return render_case(request, get_visible(rows, request.actor, matter__receipt_no=number))
