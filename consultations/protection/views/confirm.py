"""保護が必要かを確かめる: the phrase in its sentence, and two answers (DOMAIN §9 R1)."""

import re
from collections.abc import Iterable, Iterator
from unicodedata import normalize

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from chiba_ward.access import readlog
from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.request import PortalRequest
from chiba_ward.directory import selectors
from chiba_ward.ui.forms import PortalForm
from consultations import subjects
from consultations.enums import Direction
from consultations.models import Consultation
from consultations.protection.forms import ConfirmForm, DismissForm
from consultations.protection.services import confirming
from consultations.protection.views.leaving import leave
from consultations.services.base import MovedOn, unchanged_since
from consultations.views.staff import facts as screen
from consultations.workflow.errors import Refused

SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")


@staff_required
def confirm(request: PortalRequest, number: str) -> HttpResponse:
    """Any open case may be asked about, suspected or not; what is protected already is out of sight here."""
    case = screen.find(request, number)
    if case.protected_at:
        return redirect("protection:case", number)
    given = request.POST if request.method == "POST" else None
    is_dismissed = given is not None and "dismiss" in given
    yes = ConfirmForm(
        None if is_dismissed else given, asks_ward=case.ward_id is None, initial={"kinds": case.suspected}
    )
    no = DismissForm(given if is_dismissed else None, prefix="no")
    form: PortalForm = no if is_dismissed else yes
    if given is not None and form.is_valid():
        try:
            with unchanged_since(case.pk, screen.seen_of(request)):
                return _decide(request, case, yes, no, is_dismissed)
        except MovedOn as moved:
            form.add_error(None, moved.message)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    return _page(request, case, yes, no)


def _decide(
    request: PortalRequest, case: Consultation, yes: ConfirmForm, no: DismissForm, is_dismissed: bool
) -> HttpResponse:
    if is_dismissed:
        confirming.dismiss(case.pk, by=request.actor, reason=no.cleaned_data["reason"])
        messages.success(
            request,
            "当たらないと記録しました。ふつうの相談として続けます。あとで変わったときは、もう一度確かめられます。",
        )
        return redirect("staff:case", case.receipt_no)
    data = yes.cleaned_data
    taken = confirming.confirm(
        case.pk, by=request.actor, kinds=data["kinds"], ward=data.get("ward"), handed=yes.handed
    )
    return leave(request, taken)


def _page(request: PortalRequest, case: Consultation, yes: ConfirmForm, no: DismissForm) -> HttpResponse:
    readlog.saw("consultation", [case.pk])
    told = [row.body for row in case.messages.all() if row.direction == Direction.FROM_CITIZEN]
    last = case.matter.timeline.order_by("-id").values_list("pk", flat=True).first()
    context = {
        "title": f"保護が必要かを確かめる {case.receipt_no}",
        "case": case,
        "told": told,
        "found": list(in_sentences(subjects.phrases_in(case.hits), [case.chief_concern, case.body, *told])),
        "yes": yes,
        "no": no,
        "numbers": selectors.emergency_numbers(case.suspected or ("abuse_child", "dv")),
        "seen": last or 0,
    }
    status = 422 if yes.errors or no.errors else 200
    return staff_page(request, "protection/confirm.html", context, status=status)


def in_sentences(phrases: Iterable[str], texts: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Each sentence with a phrase in it, as before, phrase and after; a phrase that no sentence holds whole, by itself."""
    sentences = [one for text in texts for one in SENTENCE.findall(normalize("NFKC", text))]
    for phrase in phrases:
        folded = normalize("NFKC", phrase)
        holding = [one for one in sentences if folded in one]
        if not holding:
            yield "", phrase, ""
        for one in holding:
            before, _, after = one.partition(folded)
            yield before, folded, after
