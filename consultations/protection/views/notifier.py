"""通告した人: the one page on which the record apart is shown, each time for a reason (児童虐待防止法7条, OU5, AC8)."""

from django.http import HttpResponse

from chiba_ward.access import readlog
from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.request import PortalRequest
from chiba_ward.access.views_support import get_permitted
from chiba_ward.casework import timeline
from consultations.protection.forms import ReasonForm, labelled
from consultations.protection.models import AbuseNotification, Notifier


@staff_required
def read(request: PortalRequest, number: str) -> HttpResponse:
    """The reason first; the answer to it shows the record once. Coming back asks again."""
    rows = AbuseNotification.objects.select_related("consultation__matter")
    notice = get_permitted(request, rows, consultation__matter__receipt_no=number)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    context = {"title": f"通告した人 {number}", "number": number, "form": form}
    if request.method != "POST" or not form.is_valid():
        readlog.saw("consultation", [notice.pk])
        return staff_page(request, "protection/notifier.html", context, 422 if form.errors else 200)
    readlog.because(form.cleaned_data["reason"])
    readlog.saw("notifier", [notice.pk], matters=[notice.pk])
    timeline.record(notice.consultation.matter, "protection.notifier_read", request.actor)
    found = Notifier.objects.filter(pk=notice.pk).first()
    context |= {"is_open": True, "told": labelled(found) if found else []}
    return staff_page(request, "protection/notifier.html", context)
