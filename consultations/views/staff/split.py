"""相談を分ける: one household, several strands, each with its own number and section."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.views_support import get_visible
from consultations import policy
from consultations.forms.staff import SplitForm
from consultations.models import Consultation
from consultations.services import splitting


@staff_required
def split(request: HttpRequest, number: str) -> HttpResponse:
    case = get_visible(Consultation.objects.select_related("matter"), request.actor, matter__receipt_no=number)
    if "split" not in policy.acts_open_to(request.actor, case):
        raise Http404
    form = SplitForm(request.POST or None, case=case, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        made = splitting.split(case.pk, by=request.actor, **form.cleaned_data)
        messages.success(request, f"新しい相談 {made.receipt_no} に分けました。")
        return redirect("staff:case", number)
    context = {"title": f"相談を分ける {number}", "case": case, "form": form}
    return staff_page(request, "consultations/staff/split.html", context, status=422 if form.errors else 200)
