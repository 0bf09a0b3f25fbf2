"""通告を電話で受けた."""

from django.http import HttpResponse

from chiba_ward.access import readlog
from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.request import PortalRequest
from chiba_ward.casework.passphrase import PassphraseBusyError
from chiba_ward.directory import selectors
from consultations.protection.forms import TelephoneForm
from consultations.protection.services import telephone as service
from consultations.protection.views.leaving import TOPICS, leave
from consultations.workflow.errors import Refused

BUSY = "混み合っています。少し待って、もう一度押してください。"


@staff_required
def telephone(request: PortalRequest) -> HttpResponse:
    """One screen, while the caller speaks; enclosed with the press, whoever pressed."""
    ward = request.actor.seat.post.office.ward
    form = TelephoneForm(
        request.POST if request.method == "POST" else None, initial={"ward": ward.slug if ward else ""}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            taken = service.receive(
                by=request.actor, kinds=data["kinds"], ward=data["ward"], body=data["body"], place=data["place"],
                notifier=form.notifier, handed=form.handed,
            )  # fmt: skip
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        except PassphraseBusyError:
            form.add_error(None, BUSY)
        else:
            readlog.saw("consultation", [taken.pk])
            return leave(request, taken)
    context = {"title": "通告を電話で受けた", "form": form, "numbers": selectors.emergency_numbers(TOPICS)}
    return staff_page(request, "protection/enter.html", context, 422 if form.errors else 200)
