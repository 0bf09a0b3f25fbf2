"""だれがわたしの相談を見たか: days, offices and what for, never a name (ASSURANCE §5, last rows)."""

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from chiba_ward.access import readlog
from chiba_ward.access.decorators import resident_required
from chiba_ward.access.enums import ActorKind, Verb
from chiba_ward.access.public import public
from chiba_ward.access.readlog import own
from chiba_ward.access.request import PortalRequest
from chiba_ward.access.views_support import get_visible
from chiba_ward.directory.models import Office
from consultations.models import Consultation

PURPOSES = {
    (Verb.READ, "consultation"): gettext_lazy("相談の画面を開きました。"),
    (Verb.READ, "referral"): gettext_lazy("つないだ内容を読みました。"),
    (Verb.READ, "attachment"): gettext_lazy("送られたファイルを開きました。"),
    (Verb.READ, "document"): gettext_lazy("書類（PDF）を開きました。"),
    (Verb.READ, "delivery"): gettext_lazy("電話で知らせるために読みました。"),
    (Verb.READ, "consent"): gettext_lazy("同意の内容を確かめました。"),
    (Verb.PRINT, "consultation"): gettext_lazy("印刷の画面を出しました。"),
    (Verb.PRINT, "delivery"): gettext_lazy("手紙を印刷しました。"),
    (Verb.EXPORT, "consultation"): gettext_lazy("一覧をファイルに書き出しました。"),
    (Verb.EXPORT, "referral"): gettext_lazy("つないだ先の一覧をファイルに書き出しました。"),
}
OTHERWISE = gettext_lazy("相談の記録を読みました。")


@public
@require_safe
def by_key(request: PortalRequest) -> HttpResponse:
    """For whoever opened the case with number and passphrase."""
    rows = Consultation.objects.visible_to(request.actor).filter(protected_at__isnull=True)
    rows = rows.select_related("matter")  # who reads a protected matter would name its section
    case = rows.filter(pk=request.actor.matter_id).first() if request.actor.matter_id else None
    return _page(request, case, "status:case", []) if case else redirect("status:case")


@resident_required
@require_safe
def of_account(request: PortalRequest, number: str) -> HttpResponse:
    rows = Consultation.objects.select_related("matter")
    case = get_visible(rows, request.actor, matter__receipt_no=number)
    return _page(request, case, "my_case", [case.receipt_no])


def _page(request: PortalRequest, case: Consultation, back: str, arguments: list[str]) -> HttpResponse:
    found = own.openings_of(case.pk, _day(request.GET.get("before", "")))
    readlog.saw("read_log", [], verb=Verb.LIST)
    offices = Office.objects.in_bulk({opening.office_id for opening in found.rows if opening.office_id})
    context: dict[str, Any] = {
        "case": case,
        "back": back,
        "arguments": arguments,
        "rows": [
            (opening.day, _office(opening, offices), _purpose(opening), opening.times)
            for opening in found.rows
        ],
        "older_than": found.older_than,
        "is_first": "before" not in request.GET,
    }
    return render(request, "consultations/citizen/readers.html", context)


def _office(opening: own.Opening, offices: Mapping[int, Office]) -> str:
    """By its name of that day, in English where the reader reads English."""
    if opening.actor_kind == ActorKind.LINK_HOLDER:
        return _("つないだ先（案内のリンクから）")
    office = offices.get(opening.office_id or 0)
    return office.spoken_on(opening.day) if office else opening.office


def _purpose(opening: own.Opening) -> str:
    words = str(PURPOSES.get((Verb(opening.verb), opening.kind), OTHERWISE))
    why = (
        _("担当ではない職員が、理由を書いて開きました。所属長が確かめます。")
        if opening.is_outside_duty
        else ""
    )
    return f"{words}{why}"


def _day(text: str) -> dt.date | None:
    with suppress(ValueError):
        return dt.date.fromisoformat(text)
    return None
