"""いまどうなっているか: by number and passphrase, or by one's own account (J1, C3)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chiba_ward.access import case_keys
from chiba_ward.access.actor import CASE_KEY
from chiba_ward.access.public import public
from chiba_ward.casework import attachments, matters, sentences
from chiba_ward.casework.files import RejectedUpload
from consultations.forms.citizen import CloseQuestionForm, MessageForm
from consultations.forms.keys import KeyForm
from consultations.models import Consultation
from consultations.services import closing, conversation
from consultations.views.citizen.documents import receipt_document
from consultations.views.citizen.keys import tried
from consultations.workflow.errors import Refused


@public
def login(request: HttpRequest) -> HttpResponse:
    """Number and passphrase open one case for this browser, for at most an hour."""
    form = KeyForm(request.POST or None, initial={"number": request.GET.get("n", "")})
    matter = tried(form, matters.check_passphrase, request) if request.method == "POST" else None
    if matter:
        case_keys.grant(request.session, CASE_KEY, matter.pk)
        return redirect("status:case")
    status = 422 if form.errors else 200
    return render(request, "consultations/citizen/status_login.html", {"form": form}, status=status)


@public
def case(request: HttpRequest) -> HttpResponse:
    """The case that this browser's key opens."""
    return render_case(request, _opened(request))


def render_case(
    request: HttpRequest, consultation: Consultation, form: MessageForm | None = None, status: int = 200
) -> HttpResponse:
    """What the resident may know: plain sentences, messages, files, and what they can do next."""
    entries = consultation.matter.timeline.for_citizen()
    context: dict[str, Any] = {
        "case": consultation,
        "steps": [{"title": sentences.sentence(entry, get_language() or "ja")} for entry in entries],
        "conversation": list(consultation.messages.all()),
        "files": list(consultation.matter.attachments.clean().for_citizen()),
        "form": form or MessageForm(),
        "ending": CloseQuestionForm(),
        "promise": consultation.matter.deadlines.running().filter(kind="consultation.reply").first(),
    }
    return render(request, "consultations/citizen/case.html", context, status=status)


@public
@require_POST
def message(request: HttpRequest) -> HttpResponse:
    """A later message or file. What was typed stays when something is wrong."""
    consultation = _opened(request)
    form = MessageForm(request.POST, request.FILES)
    if not form.is_valid():
        return render_case(request, consultation, form, status=422)
    try:
        for upload in form.cleaned_data["files"]:
            attachments.attach(consultation.matter, upload, request.actor)
        conversation.message_from_citizen(consultation.pk, by=request.actor, body=form.cleaned_data["body"])
    except RejectedUpload as rejected:
        form.add_error("files", str(rejected.message))
        return render_case(request, consultation, form, status=422)
    except Refused as refused:
        form.add_error(refused.field or None, refused.message)
        return render_case(request, consultation, form, status=422)
    messages.success(request, _("送りました。"))
    return _back(request, consultation)


@public
@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """取り下げる: confirmed by a tick, since it ends the case."""
    consultation = _opened(request)
    form = CloseQuestionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("取り下げるときは、確認の印を付けてください。"))
        return _back(request, consultation)
    try:
        closing.withdraw(consultation.pk, by=request.actor)
        messages.success(request, _("相談を取り下げました。30日のあいだは再開できます。"))
    except Refused as refused:
        messages.error(request, refused.message)
    return _back(request, consultation)


@public
@require_POST
def reopen(request: HttpRequest) -> HttpResponse:
    """まだ困っている: the same number goes on, within 30 days."""
    consultation = _opened(request)
    try:
        closing.reopen(consultation.pk, by=request.actor)
        messages.success(request, _("相談を再開しました。"))
    except Refused as refused:
        messages.error(request, refused.message)
    return _back(request, consultation)


@public
@require_POST
def receipt(request: HttpRequest) -> HttpResponse:
    """受付票 as a PDF: asked for here, made by a worker, shown on the document's own page."""
    return receipt_document(request, _opened(request))


@public
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the case on this browser."""
    case_keys.revoke(request.session, CASE_KEY)
    return redirect("home")


def _opened(request: HttpRequest) -> Consultation:
    number = request.POST.get("number", "")
    visible = Consultation.objects.visible_to(request.actor).select_related("matter", "desk_office", "ward")
    found = visible.filter(matter__receipt_no=number).first() if number else None
    found = found or visible.filter(pk=request.actor.matter_id).first()
    if found is None:
        raise Http404
    return found


def _back(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    if consultation.pk == request.actor.matter_id:
        return redirect("status:case")
    return redirect("my_case", consultation.receipt_no)
