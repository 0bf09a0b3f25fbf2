"""One つなぎ for staff, on either side; what a section received; what it placed with others."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.decorators import fresh_sign_in_required, staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import allows
from chiba_ward.access.readlog import Verb
from chiba_ward.casework.opening_hours import TOKYO
from chiba_ward.directory.models import OfficeVersion
from chiba_ward.documents import services as documents
from chiba_ward.ui import normalisation
from chiba_ward.ui.files import csv_file
from chiba_ward.ui.pagination import KeysetPaginator
from consultations import choices, documents_referral, held, selectors_referral
from consultations.enums import REFERRAL_TONES, WAITING_FOR_PARTNER, ReferralState
from consultations.forms.referral import RecallForm, ReplyForm
from consultations.models import Referral
from consultations.policy_referral import (
    available_acts,
    is_receiver,
    may_print_sheet,
    may_read_excerpt,
    may_withdraw_consent,
)
from consultations.services import referrals
from consultations.services.referrals import links
from consultations.views.partner.pages import facts_of, forms_of, inbox_context, with_deadlines
from consultations.views.referrals import acts
from consultations.views.referrals.steps import referral_of
from consultations.words_referral import next_for_receiver, next_for_sender, reach
from consultations.workflow.errors import Refused

S = ReferralState
PAGE = 50
TABS = (
    ("waiting", "返事を待っている"),
    ("asked", "質問が来ている"),
    ("came_back", "戻ってきた"),
    ("going", "受理された"),
    ("ended", "終わった"),
    ("drafts", "下書き・送る前"),
    ("all", "すべて"),
)
ENDED = (S.OUTCOME_REPORTED, S.DECLINED, S.RETURNED, S.RECALLED, S.REVOKED)
RULES = {
    "waiting": Q(state__in=[S.SENT, S.ACKNOWLEDGED]),
    "asked": Q(state=S.ASKED_BACK),
    "came_back": Q(waits_for_redirect=True),
    "going": Q(state__in=[S.ACCEPTED, S.CONTACT_MADE]),
    "ended": Q(state__in=ENDED, waits_for_redirect=False),
    "drafts": Q(state__in=[S.DRAFT, S.HELD]),
    "all": Q(),
}
OLDEST_FIRST, NEWEST_FIRST = ("-is_urgent", "created_at", "pk"), ("-created_at", "-pk")


@staff_required
@require_safe
def detail(request: HttpRequest, number: str, sequence: int) -> HttpResponse:
    return show(request, referral_of(request, number, sequence))


def show(
    request: HttpRequest, referral: Referral, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    actor, bound = actor_of_request(request), bound or {}
    received = is_receiver(actor, referral)
    readlog.saw("referral", [referral.pk], matters=[referral.consultation_id])
    context = {
        **facts_of(actor, referral),
        **forms_of(actor, referral, {name: form for name, form in bound.items() if name in acts.ACTS}),
        "title": f"つなぎ {referral.consultation.receipt_no}-{referral.sequence}",
        "sequence": referral.sequence,
        "may": available_acts(actor, referral),
        "is_received": received,
        "to_name": referral.receiver_name,
        "to_phone": reach(referral.to_office)[0],
        "next_words": next_for_receiver(referral) if received else next_for_sender(referral),
        "may_read": may_read_excerpt(actor, referral),
        "may_withdraw": bool(
            referral.consent and not received and may_withdraw_consent(actor, referral.consent)
        ),
        "reply": bound.get("reply") or ReplyForm(),
        "recall": RecallForm(),
        "form": next(iter(bound.values()), None),
    }
    if not received and context["may_read"]:
        context["items"] = held.handed_over(
            referral.consultation, referral.items.select_related("attachment")
        )
        context["questions"] = list(referral.questions.select_related("answered_by__person"))
    return staff_page(request, "consultations/staff/referral_detail.html", context, status=status)


@staff_required
@require_POST
def answer(request: HttpRequest, number: str, sequence: int, name: str) -> HttpResponseBase:
    """The receiver's answer; or what a partner on paper said, entered by the sender (代理入力)."""
    if name not in acts.ACTS:
        raise Http404
    referral, actor = referral_of(request, number, sequence), actor_of_request(request)
    form = acts.form_for(acts.ACTS[name], actor, referral, request.POST)
    if not acts.run(acts.ACTS[name], actor, referral, form):
        return show(request, referral, {name: form}, status=422)
    messages.success(request, acts.ACTS[name].done)
    return _after(request, number, sequence)


@staff_required
@require_POST
def reply(request: HttpRequest, number: str, sequence: int) -> HttpResponseBase:
    referral, form = referral_of(request, number, sequence), ReplyForm(request.POST)
    if form.is_valid():
        try:
            referrals.answer_question(
                referral.pk, by=actor_of_request(request), answer=form.cleaned_data["answer"]
            )
            messages.success(request, "答えを送りました。先方の返事の期限が、また動き始めました。")
            return redirect("staff:referral_detail", number, sequence)
        except Refused as refused:
            acts.add_refusal(form, refused)
    return show(request, referral, {"reply": form}, status=422)


@staff_required
@require_POST
def press(request: HttpRequest, number: str, sequence: int, name: str) -> HttpResponseBase:
    """Acts without questions: 取り消す, この課で対応する, 案内を送り直す, 内容を開く."""
    referral, actor = referral_of(request, number, sequence), actor_of_request(request)
    try:
        if name == "recall":
            referrals.recall(
                referral.pk, by=actor, reason=normalisation.clean_line(request.POST.get("reason", ""))[:200]
            )
            messages.success(request, "つなぎを取り消しました。")
        elif name == "keep":
            referrals.keep_here(referral.pk, by=actor)
            messages.success(request, "この課で続けて対応することにしました。")
        elif name == "link":
            links.send_new_link(referral.pk, by=actor)
            messages.success(request, "新しい案内を、登録されている宛先に送りました。")
        else:
            referrals.acknowledge(referral.pk, by=actor)
    except Refused as refused:
        messages.error(request, refused.message)
    return _after(request, number, sequence)


@staff_required
@require_POST
def sheet(request: HttpRequest, number: str, sequence: int) -> HttpResponseBase:
    """つなぎ票 to print or fax; `cover=fax` puts a cover sheet without content in front."""
    referral, actor = referral_of(request, number, sequence), actor_of_request(request)
    if not may_print_sheet(actor, referral):
        raise Http404
    cover = "fax" if request.POST.get("cover") == "fax" else "none"
    with transaction.atomic():
        document = documents.request(
            documents_referral.SHEET,
            title=f"つなぎ票 {number}-{sequence}",
            matter=referral.consultation.matter,
            by=actor,
            params={"referral": referral.pk, "cover": cover},
        )
    return redirect("documents:show", document.pk)


@staff_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What other sections and agencies asked of ours: the same list as the partners', inside the staff face."""
    return staff_page(request, "consultations/staff/referral_inbox.html", inbox_context(request, "staff"))


@staff_required
@require_safe
def placed(request: HttpRequest) -> HttpResponse:
    """他へお願いしたつなぎ: nothing that was handed on is forgotten."""
    tab = request.GET.get("tab", "")
    tab = tab if tab in RULES else "waiting"
    is_newest_first = tab in ("ended", "all")
    page = KeysetPaginator(
        _filtered(request, tab), NEWEST_FIRST if is_newest_first else OLDEST_FIRST, size=PAGE
    ).page(request.GET)
    readlog.saw("referral", [one.pk for one in page], verb=Verb.LIST, words=request.GET.get("q", ""))
    counts = selectors_referral.counts_of(selectors_referral.placed(actor_of_request(request)), RULES)
    context = {
        "title": "他へお願いしたつなぎ",
        "tab": tab,
        "tabs": [
            {"label": label, "url": f"?tab={name}", "count": counts[name], "is_current": name == tab}
            for name, label in TABS
        ],
        "page": page,
        "is_newest_first": is_newest_first,
        "rows": [_row(pair) for pair in with_deadlines(list(page))],
        "words": request.GET.get("q", ""),
        "late_only": request.GET.get("late") == "1",
        "query": request.GET.urlencode(),
        "may_export": allows(actor_of_request(request), "referral.export"),
    }
    return staff_page(request, "consultations/staff/referrals_placed.html", context)


def _filtered(request: HttpRequest, tab: str) -> Any:
    rows = selectors_referral.placed(actor_of_request(request)).filter(RULES.get(tab, Q()))
    if request.GET.get("late") == "1":
        rows = rows.filter(is_late=True)
    if words := normalisation.clean_line(request.GET.get("q", ""))[:60]:
        number = normalisation.half_width(words).upper()
        named = OfficeVersion.objects.filter(name__icontains=words).values("office")
        rows = rows.filter(Q(consultation__matter__receipt_no__startswith=number) | Q(to_office__in=named))
    return rows


def _row(pair: tuple[Any, Any]) -> dict[str, Any]:
    referral, deadline = pair
    state, now = S(referral.state), timezone.now()
    return {
        "referral": referral,
        "number": referral.consultation.receipt_no,
        "to_name": referral.receiver_name,
        "state": state.label,
        "tone": REFERRAL_TONES[state],
        "days": (timezone.localdate() - timezone.localdate(referral.sent_at)).days
        if referral.sent_at
        else None,
        "due_at": deadline.due_at if deadline else None,
        "is_paused": bool(deadline and deadline.paused_at),
        "late": late_words(referral, deadline, now),
        "waits": referral.waits_for_redirect,
    }


def late_words(referral: Referral, deadline: Any, now: dt.datetime) -> str:
    """What is late, in words: the answer, the first contact, the report, or our own choice of another place."""
    if deadline is None or deadline.paused_at or deadline.due_at >= now:
        return ""
    return LATE.get(S(referral.state), "返事が遅れています" if referral.state in WAITING_FOR_PARTNER else "")


LATE = {
    S.ACCEPTED: "本人への連絡が遅れています",
    S.CONTACT_MADE: "結果の報告が遅れています",
    **dict.fromkeys(selectors_referral.BACK_WITH_US, "次の先が決まっていません"),
}
CSV_HEAD = (
    "受付番号",
    "つなぎ",
    "つなぎ先",
    "状態",
    "至急",
    "根拠",
    "送付",
    "経過日数",
    "返事の期限",
    "受けた人",
    "最初の連絡",
    "連絡がついた",
    "受理できない理由",
    "ほかに合う先",
)


@staff_required
@require_safe
@fresh_sign_in_required(back="staff:referrals_placed")
def placed_csv(request: HttpRequest) -> HttpResponse:
    """The list as it is filtered, for Excel: UTF-8 with BOM, every cell neutralised (OU1)."""
    tab = request.GET.get("tab", "all")
    rows = list(_filtered(request, tab).select_related("better_office").order_by(*NEWEST_FIRST))
    matters = [one.consultation_id for one in rows]
    readlog.saw("referral", [one.pk for one in rows], verb=Verb.EXPORT, matters=matters)
    return csv_file("referrals", timezone.localdate(), CSV_HEAD, map(_cells, with_deadlines(rows)))


def _cells(pair: tuple[Referral, Any]) -> Iterable[object]:
    referral, row = pair[0], _row(pair)
    today = timezone.localdate()
    better = referral.better_office.name_on(today) if referral.better_office else referral.better_place
    return (
        row["number"],
        referral.sequence,
        row["to_name"],
        row["state"],
        "至急" if referral.is_urgent else "",
        choices.ground_name(referral.ground_id),
        _minute(referral.sent_at),
        row["days"],
        _minute(row["due_at"]),
        referral.accepted_by_name,
        referral.first_contact_on,
        _minute(referral.contact_made_at),
        referral.decline_reason,
        better,
    )


def _minute(moment: Any) -> str:
    return f"{moment.astimezone(TOKYO):%Y-%m-%d %H:%M}" if moment else ""


def _after(request: HttpRequest, number: str, sequence: int) -> HttpResponseBase:
    """Back to the つなぎ; to the list when it went out of sight with the act."""
    rows = Referral.objects.visible_to(actor_of_request(request))
    if rows.filter(consultation__matter__receipt_no=number, sequence=sequence).exists():
        return redirect("staff:referral_detail", number, sequence)
    return redirect("staff:referral_inbox")
