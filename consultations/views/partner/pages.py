"""The partner's face: what waits, one つなぎ, the answers. Only the excerpt, only while it is open (AC7)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import Actor, actor_of_request
from chiba_ward.access.decorators import partner_required
from chiba_ward.access.policy import allows, allows_at
from chiba_ward.access.policy.doors import door_of
from chiba_ward.access.public import public
from chiba_ward.access.readlog import Verb
from chiba_ward.access.views_support import get_permitted
from chiba_ward.casework.calendars import calendar_of
from chiba_ward.documents import services as documents
from chiba_ward.ui import normalisation
from chiba_ward.ui.pagination import KeysetPaginator
from consultations import documents_referral, held, selectors_referral
from consultations.enums import REFERRAL_TONES, ReferralRoute, ReferralState
from consultations.models import Referral
from consultations.policy_referral import is_receiver, may_print_sheet, may_read_excerpt
from consultations.services import referrals
from consultations.views.referrals import acts
from consultations.words import due_in_words
from consultations.words_referral import deadline_title, next_for_receiver, reach, state_for_receiver

FULL = Referral.objects.select_related(
    "consultation__matter", "from_office", "to_office", "created_by__person", "consent", "ground"
)
TABS = (("waiting", "返事を待たれている"), ("in_hand", "受け持っている"), ("done", "終わった"))
ORDERS = {"waiting": ("-is_urgent", "sent_at", "pk"), "in_hand": ("first_contact_on", "pk")}
ALREADY_DONE = "このつなぎへの返事・報告は、すでに届いています。"


@partner_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    return render(request, "consultations/partner/inbox.html", inbox_context(request, "partner:referral"))


def inbox_context(request: HttpRequest, page: str) -> dict[str, Any]:
    """Shared with the list of a ward section. Filters live in the URL; numbers in any width or case."""
    actor = actor_of_request(request)
    tab = request.GET.get("tab") if request.GET.get("tab") in dict(TABS) else "waiting"
    number = normalisation.half_width(request.GET.get("number", ""))[:20].upper()
    who = normalisation.clean_line(request.GET.get("who", ""))[:80]
    lists = {
        "waiting": selectors_referral.waiting_for_us(actor),
        "in_hand": selectors_referral.in_our_hands(actor),
    }
    counts = selectors_referral.counts_of(selectors_referral.received(actor), selectors_referral.RECEIVED)
    counts["done"] = selectors_referral.finished_by_us(actor).count()
    pages = _page_of(request, lists[tab], tab, number, who) if tab in lists else None
    readlog.saw("referral", [one.pk for one in pages or ()], verb=Verb.LIST, words=number + who)
    register = selectors_referral.register_of(actor) if tab == "done" else []
    return {
        "title": "届いたつなぎ",
        "tab": tab,
        "tabs": [
            {"label": label, "url": f"?tab={name}", "count": counts[name], "is_current": name == tab}
            for name, label in TABS
        ],
        "rows": [row_of(pair) for pair in with_deadlines(list(pages or []))],
        "pages": pages,
        "register": [line for line in register if line.receipt_no.startswith(number)],
        "number": number,
        "who": who,
        "is_filtered": bool(number or who),
        "page": page,
    }


def _page_of(request: HttpRequest, rows: Any, tab: str, number: str, who: str) -> Any:
    found = rows.filter(consultation__matter__receipt_no__startswith=number)
    found = found.filter(accepted_by_name__contains=who) if who else found
    return KeysetPaginator(found, ORDERS[tab], size=50).page(request.GET, count=bool(number or who))


def with_deadlines(rows: list[Referral]) -> list[tuple[Referral, Any]]:
    due = selectors_referral.deadlines_of(rows)
    return [(referral, due.get(referral.pk)) for referral in rows]


def row_of(pair: tuple[Referral, Any]) -> dict[str, Any]:
    referral, deadline = pair
    now = timezone.now()
    ours = referral.state in selectors_referral.BACK_WITH_US
    calendar = calendar_of(referral.from_office if ours else referral.to_office)
    words = due_in_words(deadline.due_at, now, calendar) if deadline else ""
    return {
        "referral": referral,
        "number": referral.consultation.receipt_no,
        "from_name": referral.sender_name,
        "state": state_for_receiver(referral.state),
        "tone": REFERRAL_TONES[ReferralState(referral.state)],
        "due_at": deadline.due_at if deadline else None,
        "due": "質問の答えを待つあいだ止まっています" if deadline and deadline.paused_at else words,
        "is_overdue": bool(deadline and not deadline.paused_at and deadline.due_at < now),
        "is_drill": referral.consultation.matter.is_drill,
    }


@public  # the holder of a link and its code; everybody else passes `visible_to` or sees a 404
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    actor = actor_of_request(request)
    if actor.posting is None and actor.referral_id is None and actor.user is None:
        return redirect_to_login(request.get_full_path())
    return show(request, get_permitted(request, FULL, pk=pk))


@public
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """One answer. A refusal stands beside its field, and what was typed stays on the screen."""
    actor = actor_of_request(request)
    if name not in acts.ACTS:
        raise Http404
    referral = FULL.visible_to(actor).filter(pk=pk).first()
    is_done = referral is None or referral.state in selectors_referral.DONE_BY_US
    if is_done and _is_settled(actor, pk):
        messages.info(request, ALREADY_DONE)
        return redirect("partner:inbox" if actor.posting else "partner:finished")
    if referral is None or not allows_at(actor, door_of(request.resolver_match), referral):
        raise Http404
    chosen = acts.ACTS[name]
    form = acts.form_for(chosen, actor, referral, request.POST)
    if not acts.run(chosen, actor, referral, form):
        return show(request, referral, {name: form}, status=422)
    messages.success(request, chosen.done)
    if Referral.objects.visible_to(actor).filter(pk=pk).exists():
        return redirect("partner:referral", pk)
    return redirect("partner:inbox" if actor.posting else "partner:finished")


@public
@require_POST
def open_excerpt(request: HttpRequest, pk: int) -> HttpResponseBase:
    """内容を開く: from now on the sender knows that it was read (a GET never writes)."""
    referral = get_permitted(request, Referral, pk=pk)
    referrals.acknowledge(referral.pk, by=actor_of_request(request))
    return redirect("partner:referral", pk)


@public
@require_POST
def sheet(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The excerpt as a PDF to print, made by the worker."""
    actor = actor_of_request(request)
    referral = get_permitted(request, FULL, pk=pk)
    if not may_print_sheet(actor, referral):
        raise Http404
    with transaction.atomic():
        document = documents.request(
            documents_referral.SHEET,
            title=f"つなぎ票 {referral.consultation.receipt_no}",
            matter=referral.consultation.matter,
            by=actor,
            params={"referral": referral.pk},
        )
    return redirect("documents:show", document.pk)


@public
@require_safe
def finished(request: HttpRequest) -> HttpResponse:
    """Where somebody who came by a link lands when nothing is open any more."""
    return render(request, "consultations/partner/finished.html", {})


def show(
    request: HttpRequest, referral: Referral, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    actor = actor_of_request(request)
    readlog.saw("referral", [referral.pk], matters=[referral.consultation_id])
    context = {**facts_of(actor, referral), **forms_of(actor, referral, bound)}
    return render(request, "consultations/partner/referral.html", context, status=status)


def _is_settled(actor: Actor, pk: int) -> bool:
    """A second press after the last answer: our own office's, already ended by us, so no secret is told."""
    mine = Referral.objects.filter(pk=pk, state__in=selectors_referral.DONE_BY_US)
    if actor.posting is None:
        return actor.referral_id == pk and mine.exists()
    return allows(actor, "referral.answer") and mine.filter(to_office=actor.office_id).exists()


def forms_of(actor: Actor, referral: Referral, bound: dict[str, Any] | None = None) -> dict[str, Any]:
    bound = bound or {}
    pairs = [
        (act, bound.get(act.name) or acts.form_for(act, actor, referral))
        for act in acts.permitted(actor, referral)
    ]
    shown = {act.name for act, _ in pairs}
    late = [form for name, form in bound.items() if name not in shown]
    return {
        "acts": [
            {"act": act, "form": form, "is_open": act.name in bound or _opens_at_once(actor, referral, act)}
            for act, form in pairs
        ],
        "form": next(iter(bound.values())) if bound else None,
        "refusals": [text for form in late for text in form.non_field_errors()],
    }


def _opens_at_once(actor: Actor, referral: Referral, act: acts.Act) -> bool:
    """The likeliest answer lies open: the receiver's own, or what a partner on paper has told the sender."""
    return not act.is_quiet and (is_receiver(actor, referral) or referral.route == ReferralRoute.PAPER)


def facts_of(actor: Actor, referral: Referral) -> dict[str, Any]:
    """Only what the receiver may read: never the case, its timeline or its number of other つなぎ."""
    opened = referral.state != ReferralState.SENT and may_read_excerpt(actor, referral)
    phone, whose = reach(referral.from_office)
    return {
        **row_of((referral, selectors_referral.deadline_of(referral))),
        "is_opened": opened,
        "items": held.handed_over(referral.consultation, referral.items.select_related("attachment"))
        if opened
        else [],
        "questions": list(referral.questions.all()) if opened else [],
        "sender_phone": phone,
        "sender_phone_note": whose,
        "due_title": deadline_title(referral),
        "next_words": next_for_receiver(referral),
        "answer_entered": bool(referral.answered_at),
        "is_by_link": actor.posting is None,
    }
