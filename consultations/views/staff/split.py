"""相談を分ける: one household, several strands, each with its own number and section."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from chiba_ward.access import readlog
from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.request import PortalRequest
from consultations import lines, policy
from consultations.forms.staff import SplitForm
from consultations.services import splitting
from consultations.services.base import MovedOn, unchanged_since
from consultations.views.staff import facts as screen


@staff_required
def split(request: PortalRequest, number: str) -> HttpResponse:
    case = screen.find(request, number)
    if "split" not in policy.acts_open_to(request.actor, case):
        raise Http404
    form = SplitForm(request.POST or None, case=case, actor=request.actor)
    news, status = None, 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            with unchanged_since(case.pk, screen.seen_of(request)):
                made = splitting.split(case.pk, by=request.actor, **form.cleaned_data)
        except MovedOn as moved:
            news, status = moved.news, 409
        else:
            office = form.cleaned_data["office"]
            messages.success(
                request, f"新しい相談 {made.receipt_no} に分けました。{office}の「担当なし」に並びます。"
            )
            return redirect("staff:case", number)
    readlog.saw("consultation", [case.pk])
    last = case.matter.timeline.order_by("-id").values_list("pk", flat=True).first()
    context = {
        "title": f"相談を分ける {number}",
        "case": case,
        "form": form,
        "news": lines.lines_for(request.actor, case, news or ()),
        "seen": last or 0,
    }
    return staff_page(request, "consultations/staff/split.html", context, status=status)
