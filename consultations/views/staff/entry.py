"""代理入力: the same screens and the same fields, typed by staff for a person (J2, C16)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from chiba_ward.access.decorators import actor_required
from chiba_ward.access.pages import staff_page
from chiba_ward.casework import attachments, drafts
from chiba_ward.casework.files import RejectedUpload
from chiba_ward.casework.models import Draft
from chiba_ward.casework.passphrase import PassphraseBusyError
from consultations import policy, wizard
from consultations.forms.entry import ReadBackForm, StartForm
from consultations.forms.intake import STEP_TITLES, STEPS
from consultations.receipts import promise_now
from consultations.services import submission
from consultations.views.answers import shown_answers, with_address

KIND = "consultation"
TITLES = ["困りごと", "内容", "住まい", "連絡", "読み上げ"]


@actor_required(policy.may_enter)
def start(request: HttpRequest) -> HttpResponse:
    """Which way it came, in whose words; unfinished entries of this desk wait below."""
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        draft = drafts.start(KIND, posting=request.actor.posting)
        drafts.save(draft, "entry", {name: [str(value)] for name, value in form.cleaned_data.items()})
        return redirect("staff:entry_step", draft.pk, wizard.NAMES[0])
    waiting = Draft.objects.filter(kind=KIND, posting=request.actor.posting, matter=None)
    context = {
        "title": "窓口・電話の相談を入力する",
        "form": form,
        "drafts": list(waiting[:20]),
        "promise_at": promise_now(),
    }
    return staff_page(request, "consultations/staff/entry_start.html", context, 422 if form.errors else 200)


@actor_required(policy.may_enter)
def step(request: HttpRequest, draft_id: UUID, name: str) -> HttpResponse:
    draft = _own(request, draft_id)
    if name not in STEPS or draft.matter_id:
        raise Http404
    if request.method != "POST":
        return _screen(request, draft, name, wizard.form_for(draft, name))
    form = STEPS[name](data=request.POST, files=request.FILES)
    drafts.save(draft, name, wizard.raw_answers(request.POST, form))
    if "remove_file" in request.POST:
        attachments.remove_from_draft(draft, int(request.POST["remove_file"]))
        return redirect(request.path)
    if "find_address" in request.POST:
        return redirect(request.path) if with_address(draft, name, request.POST, form) else _screen(request, draft, name, form, 422)
    if name == "story":
        _keep_files(request, draft, form)
    if "suspend" in request.POST:
        messages.success(request, "書きかけを保存しました。「窓口・電話の相談を入力する」から続けられます。")
        return redirect("staff:entry_start")
    if not form.is_valid():
        return _screen(request, draft, name, form, 422)
    following = wizard.neighbour(name, +1)
    return redirect("staff:entry_step", draft.pk, following) if following else redirect("staff:entry_check", draft.pk)


@actor_required(policy.may_enter)
def check(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """読み上げ: in large type, turned to the person; ticked when they said yes; then the receipt to print."""
    draft = _own(request, draft_id)
    unfinished = None if draft.matter_id else wizard.first_unfinished(draft)
    if unfinished:
        return redirect("staff:entry_step", draft.pk, unfinished)
    form = ReadBackForm(request.POST or None)
    if request.method == "POST" and (form.is_valid() or draft.matter_id):
        try:
            return _receipt(request, draft)
        except PassphraseBusyError:
            form.add_error(None, "混み合っています。少し待って、もう一度押してください。何も失われていません。")
    if draft.matter_id:
        return redirect("staff:case", draft.matter.receipt_no)
    context = {
        "title": "読み上げて確かめる",
        "draft": draft,
        "form": form,
        "groups": [(name, STEP_TITLES[name], shown_answers(draft, name)) for name in wizard.NAMES],
        "files": list(draft.files.all()),
    }
    return staff_page(request, "consultations/staff/entry_check.html", context, 422 if form.errors else 200)


def _receipt(request: HttpRequest, draft: Draft) -> HttpResponse:
    began = draft.data.get("entry", {})
    sent = submission.submit(
        draft, by=request.actor, channel=began.get("channel", ["counter"])[0], language=began.get("language", ["ja"])[0]
    )
    if sent is None:
        return redirect("staff:entry_step", draft.pk, wizard.NAMES[0])
    context = {"title": "受け付けました", "sent": sent, "now": timezone.now()}
    return staff_page(request, "consultations/staff/entry_receipt.html", context)


def _own(request: HttpRequest, draft_id: UUID) -> Draft:
    draft = drafts.find(request, draft_id)
    if draft is None:
        raise Http404
    return draft


def _keep_files(request: HttpRequest, draft: Draft, form: Any) -> None:
    for upload in request.FILES.getlist("files"):
        try:
            attachments.add_to_draft(draft, upload)
        except RejectedUpload as rejected:
            form.add_error("files", str(rejected.message))


def _screen(request: HttpRequest, draft: Draft, name: str, form: Any, status: int = 200) -> HttpResponse:
    context = {
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
