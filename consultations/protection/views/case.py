"""One protected matter: its steps, its clock, its safety checks, and what can be done next."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import Actor
from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import allows, allows_at
from chiba_ward.access.request import PortalRequest
from chiba_ward.access.views_support import get_permitted
from chiba_ward.casework import outside_duty
from chiba_ward.directory import selectors
from chiba_ward.ui.forms import PortalForm
from consultations import held, lines, policy_duty
from consultations.protection.enums import TONES
from consultations.protection.enums import NotificationState as S
from consultations.protection.forms import CheckForm, HandOffForm, ReceiptForm, SealForm, kind_labels
from consultations.protection.models import AbuseNotification
from consultations.protection.services import noting
from consultations.protection.words import left_in_words, tone_of
from consultations.views.staff.facts import hides_address
from consultations.workflow.errors import Refused

Run = Callable[[int, Actor, dict[str, Any]], object]


@dataclass(frozen=True)
class Act:
    form: type[PortalForm]
    run: Run
    heading: str
    button: str
    done: str
    states: tuple[S, ...]


def _hand_off(pk: int, by: Actor, data: dict[str, Any]) -> object:
    return noting.hand_off(
        pk, by=by, place=data["handed_place"], name=data["handed_name"], at=data["handed_at"]
    )


def _receipt(pk: int, by: Actor, data: dict[str, Any]) -> object:
    return noting.confirm_receipt(pk, by=by, name=data["receipt_name"], at=data["receipt_at"])


def _check(pk: int, by: Actor, data: dict[str, Any]) -> object:
    return noting.record_check(pk, by=by, **data)


def _seal(pk: int, by: Actor, data: dict[str, Any]) -> object:
    return noting.seal(pk, by=by, lead=data["lead"])


ACTS = {
    "hand_over": Act(
        HandOffForm, _hand_off, "電話の引継ぎを記録する", "引継ぎを記録する", "電話の引継ぎを記録しました。", (S.RECEIVED,)
    ),
    "receipt": Act(
        ReceiptForm, _receipt, "引継ぎ先が受けたことを記録する", "受領を記録する", "受けたことを記録しました。", (S.HANDED_OFF,)
    ),
    "check": Act(
        CheckForm, _check, "安全確認を記録する", "安全確認を記録する", "安全確認を記録しました。",
        (S.RECEIVED, S.HANDED_OFF, S.RECEIPT_CONFIRMED),
    ),
    "seal": Act(
        SealForm, _seal, "終結する（所属長）", "終結する", "終結しました。番号と時刻のほかは、だれも書き足せません。",
        (S.RECEIPT_CONFIRMED,),
    ),
}  # fmt: skip
NEXT = {
    S.RECEIVED: "電話で引き継ぎ、だれに・いつ引き継いだかを記録します。画面だけで済ませません。",
    S.HANDED_OFF: "引継ぎ先が受けたことを、電話で確かめて記録します。",
    S.RECEIPT_CONFIRMED: "本人の姿を目で見て確かめ、安全確認を記録します。",
    S.SEALED: "終結しました。",
}
TO_SEAL = "安全確認は済んでいます。所属長が、主に支援する機関を決めて終結します。"
# What belongs to a step; it is offered beside it to whoever may do it.
STEP = {S.RECEIVED: "hand_over", S.HANDED_OFF: "receipt", S.RECEIPT_CONFIRMED: "check"}


@require_safe
@staff_required
def show(request: PortalRequest, number: str) -> HttpResponse:
    return _page(request, _find(request, number))


@require_POST
@staff_required
def act(request: PortalRequest, number: str, name: str) -> HttpResponse:
    """One act. A refusal stands beside its field, and what was typed stays."""
    notice, known = _find(request, number), ACTS.get(name)
    if known is None:
        raise Http404
    form = known.form(request.POST, prefix=name)
    if form.is_valid():
        try:
            known.run(notice.pk, request.actor, form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, known.done)
            return redirect("protection:case", number)
    return _page(request, _find(request, number), {name: form}, status=422)


def _find(request: PortalRequest, number: str) -> AbuseNotification:
    rows = AbuseNotification.objects.with_clock().select_related(
        "consultation__matter", "consultation__assignee__person", "consultation__desk_office", "consultation__ward",
        "confirmed_by__person", "handed_by__person", "receipt_by__person", "sealed_by__person",
    )  # fmt: skip
    notice = get_permitted(request, rows, consultation__matter__receipt_no=number)
    case = notice.consultation
    outside_duty.require_reason(
        request, case.matter, is_own_duty=policy_duty.is_own_duty(request.actor, case)
    )
    return notice


def _page(
    request: PortalRequest, notice: Any, bound: dict[str, PortalForm] | None = None, status: int = 200
) -> HttpResponse:
    case, now, state = notice.consultation, timezone.now(), S(notice.state)
    readlog.saw("consultation", [case.pk])
    bound = bound or {}
    is_seen = state == S.RECEIPT_CONFIRMED and not notice.check_due
    people = list(case.parties.order_by("kind", "id"))
    who = held.of_case(case, people)
    context = {
        "title": f"保護が必要な相談 {case.receipt_no}",
        "notice": notice,
        "case": case,
        "kinds": kind_labels(notice.kinds),
        "state": state.label,
        "tone": TONES[state],
        "clock": left_in_words(notice.check_due, now) if notice.check_due else "",
        "clock_tone": tone_of(notice.check_due, now) if notice.check_due else "",
        "next_step": TO_SEAL if is_seen else NEXT[state],
        "next_act": "seal" if is_seen else STEP.get(state, ""),
        "checks": list(notice.checks.select_related("recorded_by__person")),
        "told": list(case.messages.all()),
        "people": people,
        "held": who,
        "hides_address": hides_address(request.actor, case, who),
        "steps": lines.lines_for(request.actor, case, list(case.matter.timeline.order_by("-id"))),
        "acts": [
            (name, known, bound.get(name) or known.form(prefix=name))
            for name, known in ACTS.items()
            if name in bound or _is_open(request.actor, notice, name, known)
        ],
        "opened": next(iter(bound), ""),
        "may_read_notifier": allows(request.actor, "notifier.read", notice),
        "numbers": selectors.emergency_numbers(notice.kinds) if state == S.RECEIVED else [],
    }
    return staff_page(request, "protection/case.html", context, status=status)


def _is_open(actor: Actor, notice: AbuseNotification, name: str, known: Act) -> bool:
    return notice.state in known.states and allows_at(actor, f"protection:act name={name}", notice)
