"""48時間を過ぎた番号: 総務課 rings the head of the section; of the matter it learns nothing."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.readlog import Verb
from chiba_ward.access.request import PortalRequest
from consultations.protection.models import Alarm
from consultations.protection.services import alarms as service


@require_safe
@staff_required
def index(request: PortalRequest) -> HttpResponse:
    rows = list(
        Alarm.objects.visible_to(request.actor)
        .select_related("called_by__person")
        .order_by("called_at", "pk")[:200]
    )
    readlog.saw("alarm", [row.pk for row in rows], verb=Verb.LIST)
    return staff_page(request, "protection/alarms.html", {"title": "48時間を過ぎた番号", "rows": rows})


@require_POST
@staff_required
def called(request: PortalRequest, pk: int) -> HttpResponse:
    try:
        alarm = service.called(pk, by=request.actor)
    except Alarm.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, f"{alarm.receipt_no} について電話したことを記録しました。")
    return redirect("protection:alarms")
