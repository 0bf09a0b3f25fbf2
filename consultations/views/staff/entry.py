"""代理入力: the same screens and the same fields, typed by staff for a person (J2, C16)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from chiba_ward.access import readlog
from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import allows
from chiba_ward.access.readlog import Verb
from chiba_ward.access.request import PortalRequest
from chiba_ward.access.views_support import get_visible
from chiba_ward.casework import drafts
from chiba_ward.casework.models import Draft
from chiba_ward.casework.passphrase import PassphraseBusyError
from chiba_ward.ui.forms import PortalForm
from consultations import intake, protecting, subjects, wizard
from consultations.enums import State
from consultations.forms.entry import CounterReadBackForm, ReadBackForm, StartForm
from consultations.forms.intake import STEP_TITLES, STEPS
from consultations.models import Consultation
from consultations.receipts import promise_now, reading_now
from consultations.services import entering, submission
from consultations.services.entering import EntryFacts
from consultations.views.answers import keep_files, remove_file, shown_answers, with_address
from consultations.workflow.errors import Refused

KIND = "consultation"
TITLES = ["困りごと", "内容", "住まい", "連絡", "読み上げ"]
BUSY = "混み合っています。少し待って、もう一度押してください。何も失われていません。"
GONE = "書きかけの保存の期限が過ぎたか、すでに受け付けています。一覧を確かめてください。"


@staff_required
def start(request: PortalRequest) -> HttpResponse:
    """Which way it came, who speaks; below, unfinished entries of this desk and those that may still be corrected."""
    form = StartForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        draft = drafts.start(KIND, posting=request.actor.posting)
        drafts.save(draft, "entry", {name: [str(value)] for name, value in form.cleaned_data.items()})
        return redirect("staff:entry_step", draft.pk, wizard.NAMES[0])
    waiting = Draft.objects.filter(
        kind=KIND, posting=request.actor.posting, matter=None, expires_at__gt=timezone.now()
    ).order_by("-updated_at")
    unfinished, correctable = list(waiting[:20]), _correctable(request)
    readlog.saw("draft", [draft.pk for draft in unfinished], verb=Verb.LIST)
    readlog.saw("consultation", [case.pk for case in correctable], verb=Verb.LIST)
    context = {
        "title": "窓口・電話の相談を入力する",
        "form": form,
        "drafts": [(draft, _concern(draft)) for draft in unfinished],
        "correctable": [(case, subjects.subject_of(case, request.actor)) for case in correctable],
        "promise_at": promise_now(),
    }
    return staff_page(request, "consultations/staff/entry_start.html", context, 422 if form.errors else 200)


@staff_required
def step(request: PortalRequest, draft_id: UUID, name: str) -> HttpResponse:
    draft = _own(request, draft_id)
    if name not in STEPS or draft.matter_id:
        raise Http404
    if request.method != "POST":
        return _screen(request, draft, name, wizard.form_for(draft, name))
    try:
        return _answer(request, draft, name)
    except drafts.DraftExpired:
        messages.warning(request, GONE)
        return redirect("staff:entry_start")


def _answer(request: PortalRequest, draft: Draft, name: str) -> HttpResponse:
    form = STEPS[name](data=request.POST, files=request.FILES)
    drafts.save(draft, name, wizard.raw_answers(request.POST, form))
    problems = keep_files(request, draft) if name == "story" else []
    if "remove_file" in request.POST:
        remove_file(request, draft)
        return redirect(request.path)
    if "find_address" in request.POST and with_address(draft, name, request.POST, form):
        return redirect(request.path)
    if "suspend" in request.POST and not problems:
        messages.success(request, "書きかけを保存しました。この画面の「書きかけ」から続けられます。")
        return redirect("staff:entry_start")
    if form.is_valid() and not problems and "find_address" not in request.POST:
        following = wizard.neighbour(name, +1)
        if following:
            return redirect("staff:entry_step", draft.pk, following)
        return redirect("staff:entry_check", draft.pk)
    for problem in problems:
        form.add_error("files", problem)
    return _screen(request, draft, name, form, 422)


@staff_required
def check(request: PortalRequest, draft_id: UUID) -> HttpResponse:
    """読み上げ: in large type, turned to the person; ticked when they said yes; then the receipt to print."""
    if again := protecting.protector().again(request, str(draft_id)):
        return again  # enclosed by the first of two presses
    draft = _own(request, draft_id)
    unfinished = None if draft.matter_id else wizard.first_unfinished(draft)
    if unfinished:
        return redirect("staff:entry_step", draft.pk, unfinished)
    kind = ReadBackForm if _corrects(draft) else CounterReadBackForm
    form = kind(request.POST if request.method == "POST" else None, actor=request.actor)
    if request.method == "POST" and (form.is_valid() or draft.matter_id):
        try:
            return _finish(request, draft, form)
        except PassphraseBusyError:
            form.add_error(None, BUSY)
        except Refused as refused:
            form.add_error(None, refused.message)
        except drafts.DraftExpired:
            messages.warning(request, GONE)
            return redirect("staff:entry_start")
    if draft.matter:
        messages.info(request, "この入力は、もう受け付けています。")
        return redirect("staff:case", draft.matter.receipt_no)
    readlog.saw("draft", [draft.pk])
    context = {
        "title": "読み上げて確かめる",
        "draft": draft,
        "form": form,
        "corrects": _corrects(draft),
        "groups": [(name, STEP_TITLES[name], shown_answers(draft, name)) for name in wizard.NAMES],
        "files": list(draft.files.all()),
        "promise_at": promise_now(desk=wizard.desk_for(draft)),
    }
    return staff_page(request, "consultations/staff/entry_check.html", context, 422 if form.errors else 200)


@staff_required
@require_POST
def correct(request: PortalRequest, number: str) -> HttpResponse:
    """訂正する: the same screens, filled with what was entered."""
    case = get_visible(
        Consultation.objects.select_related("matter"), request.actor, matter__receipt_no=number
    )
    if not entering.may_correct(request.actor, case):
        messages.warning(
            request, "ほかの人が対応を始めたか、受付の日を過ぎたか、住所を出せない人なので、訂正できません。"
        )
        return redirect("staff:entry_start")
    draft = drafts.start(KIND, posting=request.actor.posting)
    for name, raw in intake.answers_of(case).items():
        drafts.save(draft, name, raw)
    entry = {"channel": [case.channel], "language": [case.language], "corrects": [case.receipt_no]}
    drafts.save(draft, "entry", entry)
    return redirect("staff:entry_check", draft.pk)


def _finish(request: PortalRequest, draft: Draft, form: ReadBackForm) -> HttpResponse:
    facts = _facts(draft, form)
    if number := _corrects(draft):
        return _correct(request, draft, number, facts)
    answers = [(name, STEP_TITLES[name], shown_answers(draft, name)) for name in wizard.NAMES]
    kinds = form.cleaned_data.get("protect") if form.is_valid() else None
    if kinds and not draft.matter_id:
        return _finish_protected(request, draft, facts, kinds)
    sent = _sent(request, draft, facts)
    if sent is None:
        return redirect("staff:entry_step", draft.pk, wizard.NAMES[0])
    case = sent.matter.consultation
    readlog.saw("consultation", [case.pk])
    context = {
        "title": "受け付けました",
        "sent": sent,
        "now": timezone.now(),
        "groups": answers,
        "case": case,
        "parties": case.parties.order_by("kind", "id"),  # asked only for whoever spoke for another
        "reading": reading_now(case.desk_office),
        "is_visible": allows(request.actor, "consultation.read", case),
    }
    return staff_page(request, "consultations/staff/entry_receipt.html", context)


def _sent(request: PortalRequest, draft: Draft, facts: EntryFacts) -> submission.Sent | None:
    return submission.submit(
        draft,
        by=request.actor,
        channel=_began(draft, "channel", "counter"),
        language=_began(draft, "language", "ja"),
        entry=facts.columns,
        after=lambda case: entering.record_speaker_and_consent(case, facts, by=request.actor),
    )


def _finish_protected(
    request: PortalRequest, draft: Draft, facts: EntryFacts, kinds: list[str]
) -> HttpResponse:
    """Received and enclosed in one transaction: nobody outside the compartment ever finds it (DOMAIN §9 R2)."""
    try:
        with transaction.atomic():
            sent = _sent(request, draft, facts)
            if sent is None:
                return redirect("staff:entry_step", draft.pk, wizard.NAMES[0])
            taken = protecting.protector().enclose(sent.matter.consultation, kinds, request.actor)
    except Refused:
        draft.refresh_from_db()  # nothing was received: the draft is what it was
        raise
    readlog.saw("consultation", [sent.matter.pk])
    return protecting.protector().leave(request, taken, str(draft.pk))


def _correct(request: PortalRequest, draft: Draft, number: str, facts: EntryFacts) -> HttpResponse:
    given = wizard.answers(draft)
    if given is None:
        return redirect("staff:entry_step", draft.pk, wizard.first_unfinished(draft) or wizard.NAMES[0])
    case = get_visible(Consultation.objects.all(), request.actor, matter__receipt_no=number)
    filing = intake.filing_from(
        given, channel=_began(draft, "channel", "counter"), language=_began(draft, "language", "ja")
    )
    entering.correct(case.pk, by=request.actor, filing=filing, facts=facts)
    drafts.discard(draft)
    messages.success(
        request,
        f"{number} の入力を訂正しました。受付番号と合言葉は変わりません。訂正前の内容は記録に残ります。",
    )
    return redirect("staff:entry_start")


def _facts(draft: Draft, form: ReadBackForm) -> EntryFacts:
    given = form.cleaned_data if form.is_valid() else {}
    return EntryFacts(
        speaker=_began(draft, "speaker", "self"),
        speaker_name=_began(draft, "speaker_name"),
        speaker_relation=_began(draft, "speaker_relation"),
        mandate=_began(draft, "mandate"),
        identity=_began(draft, "identity", "none"),
        paper_place=given.get("paper_place", ""),
        consent_office=given.get("consent_office"),
        consent_items=given.get("consent_items", []),
        consent_method=given.get("consent_method", ""),
        restriction=_began(draft, "restriction"),
    )


def _began(draft: Draft, name: str, otherwise: str = "") -> str:
    values = draft.data.get("entry", {}).get(name) or [otherwise]
    return str(values[0] or otherwise)


def _corrects(draft: Draft) -> str:
    return _began(draft, "corrects")


def _concern(draft: Draft) -> str:
    return "".join(draft.data.get("story", {}).get("chief_concern", []))[:100]


def _correctable(request: PortalRequest) -> list[Consultation]:
    mine = Consultation.objects.visible_to(request.actor).filter(
        entered_by=request.actor.posting,
        state=State.RECEIVED,
        assignee=None,
        received_at__gte=timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0),
    )
    rows = mine.select_related("matter").order_by("-received_at")[:20]
    return [case for case in rows if entering.may_correct(request.actor, case)]


def _own(request: PortalRequest, draft_id: UUID) -> Draft:
    draft = drafts.find(request, draft_id)
    if draft is None:
        raise Http404
    return draft


def _screen(
    request: PortalRequest, draft: Draft, name: str, form: PortalForm, status: int = 200
) -> HttpResponse:
    readlog.saw("draft", [draft.pk])
    context: dict[str, Any] = {
        "title": str(STEP_TITLES[name]),
        "draft": draft,
        "form": form,
        "name": name,
        "steps": TITLES,
        "position": wizard.NAMES.index(name) + 1,
        "previous": wizard.neighbour(name, -1),
        "files": list(draft.files.all()) if name == "story" else [],
    }
    return staff_page(request, "consultations/staff/entry_step.html", context, status)
