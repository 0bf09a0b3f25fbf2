"""困っている本人: the persons of a household in one matter, each with a rule of contact of their own."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.request import PortalRequest
from consultations import held
from consultations.enums import PartyKind
from consultations.forms.staff import PersonForm
from consultations.models import Consultation, Party
from consultations.services import persons
from consultations.views.staff import facts as screen
from consultations.workflow.errors import Refused


@require_safe
@staff_required
def show(request: PortalRequest, number: str) -> HttpResponse:
    case = screen.find(request, number)
    readlog.saw("consultation", [case.pk])
    people = list(_subjects(case))
    who = held.of_case(case, people)
    context = {
        "title": f"困っている本人 {number}",
        "case": case,
        "people": people,
        "held": who,
        "hides_address": screen.hides_address(request.actor, case, who),
    }
    return staff_page(request, "consultations/staff/persons.html", context)


@require_http_methods(["GET", "POST"])
@staff_required
def add(request: PortalRequest, number: str) -> HttpResponseBase:
    case = screen.find(request, number)
    form = PersonForm(request.POST or None, case=case, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        persons.add(case.pk, by=request.actor, **form.cleaned_data)
        messages.success(request, "足しました。つなぐときは、この人のことを渡すかどうかを選べます。")
        return redirect("staff:persons", number)
    return _form(request, case, form, "困っている本人を足す")


@require_http_methods(["GET", "POST"])
@staff_required
def correct(request: PortalRequest, number: str, pk: int) -> HttpResponseBase:
    case = screen.find(request, number)
    party = _one(case, pk)
    who = held.of_case(case, [party])
    if screen.hides_address(request.actor, case, who) and party.pk in who.parties:
        raise Http404  # the form would fill in what must not be shown
    form = PersonForm(
        request.POST or None,
        case=case,
        actor=request.actor,
        initial={name: getattr(party, name) for name in persons.FIELDS},
    )
    if request.method == "POST" and form.is_valid():
        persons.correct(case.pk, party.pk, by=request.actor, **form.cleaned_data)
        messages.success(request, "直しました。直す前の記録は、経過に残っています。")
        return redirect("staff:persons", number)
    return _form(request, case, form, "人の記録を直す")


@require_POST
@staff_required
def remove(request: PortalRequest, number: str, pk: int) -> HttpResponseBase:
    case = screen.find(request, number)
    party = _one(case, pk)
    try:
        persons.remove(case.pk, party.pk, by=request.actor)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "消しました。消す前の記録は、経過に残っています。")
    return redirect("staff:persons", number)


def _subjects(case: Consultation) -> Any:
    return case.parties.filter(kind=PartyKind.SUBJECT).order_by("pk")


def _one(case: Consultation, pk: int) -> Party:
    found: Party | None = _subjects(case).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _form(request: PortalRequest, case: Consultation, form: PersonForm, title: str) -> HttpResponse:
    readlog.saw("consultation", [case.pk])
    context = {"title": title, "case": case, "form": form}
    return staff_page(request, "consultations/staff/person.html", context, status=422 if form.errors else 200)
