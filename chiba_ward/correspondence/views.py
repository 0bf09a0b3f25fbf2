"""The clerks' screens for what leaves by hand: letters, calls, and what did not arrive. Thin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import Actor, actor_of_request
from chiba_ward.access.decorators import actor_required, staff_required
from chiba_ward.access.policy import allows
from chiba_ward.access.readlog import Verb
from chiba_ward.access.views_support import get_permitted
from chiba_ward.correspondence import calls as telephone
from chiba_ward.correspondence import letters, previews, safe_contact, texts, trouble
from chiba_ward.correspondence.enums import CallResult, Medium, RecipientKind
from chiba_ward.correspondence.forms import CallForm, SelectionForm, TroubleForm
from chiba_ward.correspondence.models import Delivery, NoticeTemplate
from chiba_ward.correspondence.querysets import DeliveryQuerySet

SHOWN = 100


def _page(request: HttpRequest, template: str, title: str, status: int = 200, **context: Any) -> HttpResponse:
    return render(
        request, template, {**admin.site.each_context(request), "title": title, **context}, status=status
    )


def _mine(actor: Actor) -> DeliveryQuerySet:
    return Delivery.objects.visible_to(actor).with_matter()


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def print_queue(request: HttpRequest) -> HttpResponseBase:
    """The letters of the actor's office: make one PDF, mark as posted, make again."""
    if request.method == "POST":
        return _act_on_letters(request)
    rows = _mine(actor_of_request(request)).to_print().order_by("id")
    some = list(rows[:SHOWN])
    safe_contact.look_up([card for one in some if (card := getattr(one.notice.matter, "contact", None))])
    waiting = [_letter(delivery) for delivery in some]
    readlog.saw("delivery", [letter["delivery"].pk for letter in waiting], verb=Verb.LIST)
    return _page(
        request, "correspondence/print_queue.html", "印刷する手紙", letters=waiting, count=rows.count()
    )


def _letter(delivery: Delivery) -> dict[str, Any]:
    card = getattr(delivery.notice.matter, "contact", None)
    return {
        "delivery": delivery,
        "permission": safe_contact.permitted(card, Medium.LETTER),
        "is_plain": safe_contact.is_plain(card),
        "is_large": bool(card and letters.wants_large(card))
        or bool(delivery.document and delivery.document.params.get("large")),
    }


def _act_on_letters(request: HttpRequest) -> HttpResponseBase:
    form = SelectionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "手紙を選び直して、もう一度ボタンを押してください。")
        return redirect("correspondence:print_queue")
    actor = actor_of_request(request)
    chosen = list(_mine(actor).to_print().filter(pk__in=form.cleaned_data["selected"]).order_by("id"))
    try:
        return _do(request, form.cleaned_data["action"], chosen, actor)
    except letters.NotReadyError as error:
        messages.error(request, error.message)
        return redirect("correspondence:print_queue")


def _do(request: HttpRequest, action: str, chosen: list[Delivery], actor: Actor) -> HttpResponseBase:
    if action == SelectionForm.MAKE_PDF:
        response = HttpResponse(letters.merged(chosen), content_type="application/pdf")
        matters = [delivery.notice.matter_id for delivery in chosen]
        readlog.saw("delivery", [delivery.pk for delivery in chosen], verb=Verb.PRINT, matters=matters)
        day = timezone.localdate()
        response.headers["Content-Disposition"] = f'attachment; filename="letters-{day:%Y%m%d}.pdf"'
        return response
    if action == SelectionForm.MARK_PRINTED:
        messages.success(request, f"{letters.mark_printed(chosen, actor)} 通を、発送済みにしました。")
    else:
        made = letters.redo(chosen, large=action == SelectionForm.LARGE)
        messages.success(request, f"{made} 通を作り直しています。1分ほどで印刷できます。")
    return redirect("correspondence:print_queue")


@staff_required
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """The calls of the actor's office, those that may be made now first."""
    return _call_page(request)


def _call_page(
    request: HttpRequest, failed: CallForm | None = None, pk: int = 0, status: int = 200
) -> HttpResponse:
    calls_to_make = telephone.call_list(actor_of_request(request))
    listed = [
        {
            "call": call,
            "form": failed if failed and call.delivery.pk == pk else CallForm(prefix=f"c{call.delivery.pk}"),
        }
        for call in calls_to_make
    ]
    # Names, numbers and what to say stand on this page: each call is opened by it.
    deliveries = [call.delivery for call in calls_to_make]
    matters = [delivery.notice.matter_id for delivery in deliveries]
    readlog.saw("delivery", [delivery.pk for delivery in deliveries], matters=matters)
    return _page(request, "correspondence/calls.html", "電話で知らせる件", status, listed=listed)


@staff_required
@require_POST
def call_log(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Record one try."""
    actor = actor_of_request(request)
    delivery = get_permitted(request, Delivery.objects.filter(medium=Medium.CALL), pk=pk)
    form = CallForm(request.POST, prefix=f"c{pk}")
    if not form.is_valid():
        return _call_page(request, form, pk, status=422)
    try:
        attempt = telephone.log_call(
            delivery, actor, CallResult(form.cleaned_data["result"]), form.cleaned_data["note"]
        )
    except telephone.CallNotPossibleError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"「{attempt.get_result_display()}」と記録しました。")
    return redirect("correspondence:calls")


@staff_required
@require_safe
def failures(request: HttpRequest) -> HttpResponse:
    """What did not arrive or perhaps arrived, with the ways that are still safe."""
    rows = _mine(actor_of_request(request)).troubled().order_by("id")
    listed = [_trouble(delivery) for delivery in rows[:SHOWN]]
    readlog.saw("delivery", [entry["delivery"].pk for entry in listed], verb=Verb.LIST)
    return _page(
        request, "correspondence/failures.html", "届かなかった連絡", listed=listed, count=rows.count()
    )


def _trouble(delivery: Delivery) -> dict[str, Any]:
    is_citizen = delivery.notice.recipient_kind == RecipientKind.CITIZEN
    card = texts.card_of(delivery.notice)
    media = safe_contact.PUSHED if is_citizen else (Medium.EMAIL,)
    ways = [
        (medium, safe_contact.permitted(card, medium) if is_citizen else safe_contact.YES) for medium in media
    ]
    return {"delivery": delivery, "ways": ways, "to_office": not is_citizen}


@staff_required
@require_POST
def failure_act(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send once more by a medium that is safe, or close it."""
    actor = actor_of_request(request)
    delivery = get_permitted(request, Delivery, pk=pk)
    form = TroubleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "どの方法にするか、ボタンを押して選んでください。")
        return redirect("correspondence:failures")
    try:
        messages.success(request, _settle_trouble(delivery, form.cleaned_data["how"], actor))
    except trouble.NotPossibleError as error:
        messages.error(request, error.message)
    return redirect("correspondence:failures")


def _settle_trouble(delivery: Delivery, how: str, actor: Actor) -> str:
    if how == TroubleForm.CLOSE:
        trouble.close(delivery, actor)
        return "対応済みにしました。"
    trouble.send_again(delivery, Medium(how), actor)
    return f"{Medium(how).label}で、もう一度知らせます。"


@actor_required(lambda actor: allows(actor, "notice_text.view"))
@require_http_methods(["GET", "HEAD", "POST"])
def template_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The text as it would be sent. POST shows what stands in the form at the moment; neither writes anything."""
    row = NoticeTemplate.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        row.subject = request.POST.get("subject", "")[:120]
        row.body = request.POST.get("body", "")[:20_000]
    found = previews.mistakes(row)
    shown: dict[str, Any] = {"row": row, "text": previews.preview(row), "mistakes": found}
    if request.headers.get("HX-Request"):
        return render(request, "correspondence/_preview.html", shown)
    return _page(request, "correspondence/preview.html", f"プレビュー {row.label}", **shown)
