"""A resident's own account: the consultations they filed while signed in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from chiba_ward.access import readlog
from chiba_ward.access.decorators import resident_required
from chiba_ward.access.readlog import Verb
from chiba_ward.access.request import PortalRequest
from chiba_ward.access.views_support import get_visible
from chiba_ward.casework.models import Draft
from consultations.models import Consultation
from consultations.views.citizen.status import render_case


@resident_required
def index(request: PortalRequest) -> HttpResponse:
    """Newest first; an empty list says how to begin."""
    cases = Consultation.objects.visible_to(request.actor).select_related("matter", "topic")
    drafts = request.user.drafts.filter(kind="consultation", matter=None, expires_at__gt=timezone.now())
    shown = list(cases.order_by("-received_at")[:50])
    readlog.saw("consultation", [case.pk for case in shown], verb=Verb.LIST)
    context = {
        "cases": shown,
        "drafts": [(draft, _concern(draft)) for draft in drafts.order_by("-updated_at")[:10]],
    }
    return render(request, "consultations/citizen/mine.html", context)


def _concern(draft: Draft) -> str:
    """What was typed as 「ひとことで言うと」, to tell one draft from another; only its owner reads it."""
    return "".join(draft.data.get("story", {}).get("chief_concern", []))[:100]


@resident_required
def open_case(request: PortalRequest, number: str) -> HttpResponse:
    rows = Consultation.objects.select_related("matter", "desk_office", "ward")
    return render_case(request, get_visible(rows, request.actor, matter__receipt_no=number))
