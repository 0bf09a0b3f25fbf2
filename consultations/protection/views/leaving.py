"""The page of whoever confirmed and sees nothing more: the number, whom to ring, and room to record the call."""

import time
from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from chiba_ward.access import readlog
from chiba_ward.access.actor import Actor
from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.request import PortalRequest
from chiba_ward.compartments import services as compartments
from chiba_ward.directory import selectors
from consultations.models import Consultation
from consultations.protection.forms import HandOffForm
from consultations.protection.services import confirming
from consultations.protection.services.confirming import Taken
from consultations.workflow.errors import Refused

LEFT = "protection_left"
FOR_SECONDS = 3600
TOPICS = ("abuse_child", "dv")


class Door:
    """What the entry of a consultation asks of this package (`consultations.protecting`)."""

    def enclose(self, case: Consultation, kinds: Collection[str], by: Actor) -> Taken:
        return confirming.enclose_new(case, kinds, by=by)

    def leave(self, request: Any, taken: Any, draft: str) -> HttpResponse:
        return leave(request, taken, draft)

    def again(self, request: Any, draft: str) -> HttpResponse | None:
        for number, kept in request.session.get(LEFT, {}).items():
            if draft and kept["draft"] == draft:
                return redirect("protection:left", number)
        return None


def leave(request: PortalRequest, taken: Taken, draft: str = "") -> HttpResponse:
    """To the case for whoever has a seat; to the number for whoever has none. The session knows it for an hour."""
    if taken.compartment in compartments.ids_of(request.actor):
        messages.success(
            request, f"{taken.number} を保護が必要な相談として扱います。電話の引継ぎを記録してください。"
        )
        return redirect("protection:case", taken.number)
    kept = {**vars(taken), "since": time.time(), "draft": draft, "posting": request.actor.seat.pk}
    request.session[LEFT] = {**request.session.get(LEFT, {}), taken.number: kept}
    return redirect("protection:left", taken.number)


@staff_required
def left(request: PortalRequest, number: str) -> HttpResponse:
    """Only for the posting that confirmed, in its own browser, for an hour; 404 for everybody else."""
    kept = _kept(request, number)
    form = HandOffForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and form.handed:
        try:
            confirming.hand_off_blind(_taken(kept), form.handed, by=request.actor)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            request.session[LEFT] = {**request.session[LEFT], number: {**kept, "is_handed_off": True}}
            messages.success(request, "電話の引継ぎを記録しました。")
            return redirect("protection:left", number)
    readlog.saw("consultation", [kept["pk"]])
    return staff_page(
        request, "protection/left.html", _context(number, kept, form), 422 if form.errors else 200
    )


def _context(number: str, kept: dict[str, Any], form: HandOffForm) -> dict[str, Any]:
    version = selectors.office(kept["office"]).version_on(timezone.localdate())
    return {
        "title": f"{number} を引き継ぐ",
        "number": number,
        "form": form,
        "is_handed_off": kept["is_handed_off"],
        "section": version.name if version else "",
        "telephone": version.telephone if version else "",
        "numbers": selectors.emergency_numbers(TOPICS),
    }


def _kept(request: PortalRequest, number: str) -> dict[str, Any]:
    kept: dict[str, Any] | None = request.session.get(LEFT, {}).get(number)
    is_mine = (
        kept is not None and request.actor.posting is not None and kept["posting"] == request.actor.posting.pk
    )
    if kept is None or not is_mine or time.time() - kept["since"] > FOR_SECONDS:
        raise Http404
    return kept


def _taken(kept: dict[str, Any]) -> Taken:
    return Taken(**{name: kept[name] for name in ("pk", "number", "compartment", "office", "is_handed_off")})
