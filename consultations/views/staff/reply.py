"""回答: write, look at it as the resident will see it, send."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.views_support import get_visible
from chiba_ward.correspondence import safe_contact
from consultations import policy
from consultations.forms.staff import ReplyForm, StandardTextForm
from consultations.models import Consultation
from consultations.services import conversation
from consultations.workflow.errors import Refused


@staff_required
def write(request: HttpRequest, number: str) -> HttpResponse:
    """`?template=` fills in a standard text; 確かめる shows the preview; 送る sends what was previewed."""
    rows = Consultation.objects.select_related("matter", "desk_office")
    case = get_visible(rows, request.actor, matter__receipt_no=number)
    if "reply" not in policy.acts_open_to(request.actor, case):
        raise Http404
    standard = StandardTextForm(request.GET if "template" in request.GET else None, language=case.language)
    initial = {"body": standard.cleaned_data["template"].body} if standard.is_bound and standard.is_valid() else None
    form = ReplyForm(request.POST or None, case=case, actor=request.actor, initial=initial)
    checked = request.method == "POST" and form.is_valid()
    if checked and "send" in request.POST:
        try:
            conversation.reply(case.pk, by=request.actor, body=form.cleaned_data["body"], ask=form.cleaned_data["ask"])
            messages.success(request, "回答を送りました。")
            return redirect("staff:case", number)
        except Refused as refused:
            form.add_error(None, refused.message)
            checked = False
    context = {
        "title": f"回答を書く {number}",
        "case": case,
        "form": form,
        "standard": standard,
        "preview": form.cleaned_data if checked and "edit" not in request.POST else None,
        "medium": safe_contact.best_medium(case.matter.contact),
    }
    return staff_page(request, "consultations/staff/reply.html", context, status=422 if form.errors else 200)
