"""いまどうなっているか: by number and passphrase, or by one's own account (J1, C3)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chiba_ward.access import case_keys, readlog
from chiba_ward.access.actor import CASE_KEY
from chiba_ward.access.policy import rows
from chiba_ward.access.public import public
from chiba_ward.access.request import PortalRequest
from chiba_ward.casework import attachments, matters, sentences
from chiba_ward.casework.files import RejectedUpload
from chiba_ward.compartments import services as compartments
from consultations import receipts
from consultations.forms.citizen import MessageForm, ReopenForm, WithdrawForm
from consultations.forms.keys import KeyForm
from consultations.models import Consultation
from consultations.services import closing, conversation
from consultations.views.citizen.consents import rows_of
from consultations.views.citizen.documents import receipt_document
from consultations.views.citizen.keys import tried
from consultations.workflow.case import REOPENABLE_FOR
from consultations.workflow.errors import Refused

LONGEST_CARRIED = 20_000


@public
def login(request: PortalRequest) -> HttpResponse:
    """Number and passphrase open one case for this browser, for at most an hour.

    What was being written when an earlier key ran out comes along in the form and is shown again, not yet sent.
    """
    form = KeyForm(
        request.POST if request.method == "POST" else None, initial={"number": request.GET.get("n", "")[:40]}
    )
    matter = (
        tried(form, matters.check_passphrase, request, "consultation") if request.method == "POST" else None
    )
    if matter is None:
        return _ask_for_key(request, form, request.POST.get("carried", ""))
    case_keys.grant(request.session, CASE_KEY, matter.pk, sealed=matter.compartment_id is not None)
    if not request.POST.get("carried"):
        return redirect("status:case")
    messages.info(
        request, _("書きかけの連絡が残っています。まだ送っていません。確かめて「送る」を押してください。")
    )
    written = MessageForm(initial={"body": request.POST["carried"]})
    with compartments.opened_for(matter.pk, matter.compartment_id):
        return render_case(request, matter.consultation, form=written)


@public
def case(request: PortalRequest) -> HttpResponse:
    """The case that this browser's key opens."""
    consultation = _opened(request, _writable(request))
    if consultation is None:
        messages.info(
            request, _("受付番号と合言葉を入れて開いてください。時間がたつと、安全のために閉じます。")
        )
        return redirect("status:login")
    return render_case(request, consultation)


def render_case(
    request: PortalRequest, consultation: Consultation, *, status: int = 200, **forms: Any
) -> HttpResponse:
    """What the resident may know: plain sentences, messages, files, and what they can do next."""
    readlog.saw("consultation", [consultation.pk])
    if consultation.protected_at:
        return _only_received(request, consultation, forms.get("form") or MessageForm(), status)
    language = get_language() or "ja"
    entries = list(consultation.matter.timeline.for_citizen())
    clocks = consultation.matter.deadlines.running().filter(kind=receipts.REPLY).select_related("rule")
    promise = clocks.first()
    steps = [{"title": sentences.sentence(entry, language)} for entry in entries]
    context: dict[str, Any] = {
        "case": consultation,
        "steps": steps,
        "conversation": list(consultation.messages.all()),
        "files": list(consultation.matter.attachments.for_citizen()),
        "form": forms.get("form") or MessageForm(),
        "ending": forms.get("ending") or WithdrawForm(),
        "reopening": forms.get("reopening") or ReopenForm(),
        "consents": rows_of(consultation, request.actor),
        "promise_at": receipts.promised(promise) if promise else None,
        "reading": receipts.reading_now(consultation.desk_office),
        "may_reopen": _may_reopen(consultation),
        "said_solved": bool(entries and entries[-1].kind == closing.SOLVED),
        "is_by_key": consultation.pk == request.actor.matter_id,
    }
    return render(request, "consultations/citizen/case.html", context, status=status)


def _only_received(
    request: PortalRequest, consultation: Consultation, form: MessageForm, status: int
) -> HttpResponse:
    """The number, that it was received, and room to write more; never what was written, by whom it is read, nor its end.

    Number and passphrase may be found by the very person somebody is to be kept safe from (DOMAIN §10 S2, S6).
    """
    context = {"number": consultation.receipt_no, "form": form}
    return render(request, "consultations/citizen/received.html", context, status=status)


@public
@require_POST
def message(request: PortalRequest) -> HttpResponse:
    """A later message, files, or both. What was typed stays when something is wrong, and files that arrived stay."""
    consultation = _opened(request, _writable(request))
    if consultation is None:
        messages.warning(
            request,
            _("時間がたったので、安全のために閉じました。書いたことは残っています。もう一度開いてください。"),
        )
        return _ask_for_key(request, KeyForm(), request.POST.get("body", ""), status=401)
    form = MessageForm(request.POST, request.FILES)
    form.is_valid()
    kept = _keep_files(request, consultation, form)
    try:
        if not form.errors or kept:
            body = "" if "body" in form.errors else form.cleaned_data.get("body", "")
            conversation.message_from_citizen(consultation.pk, by=request.actor, body=body)
    except Refused as refused:
        form.add_error(refused.field or None, refused.message)
    if not form.errors:
        messages.success(request, _("送りました。"))
        return _back(request, consultation)
    if kept:
        messages.info(request, _("選んだファイルは届いています。もう一度選ばなくて大丈夫です。"))
    return render_case(request, consultation, form=form, status=422)


@public
@require_POST
def withdraw(request: PortalRequest) -> HttpResponse:
    """取り下げる: confirmed by a tick, since it ends the case."""
    consultation = _opened(request)
    if consultation is None:
        return redirect("status:case")
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return render_case(request, consultation, ending=form, status=422)
    try:
        closing.withdraw(consultation.pk, by=request.actor)
        messages.success(request, _("相談を取り下げました。30日のあいだは再開できます。"))
    except Refused as refused:
        messages.error(request, refused.message)
    return _back(request, consultation)


@public
@require_POST
def reopen(request: PortalRequest) -> HttpResponse:
    """まだ困っている: the same number goes on, within 30 days, with what is still wrong."""
    consultation = _opened(request)
    if consultation is None:
        return redirect("status:case")
    form = ReopenForm(request.POST)
    try:
        if form.is_valid():
            body = form.cleaned_data["body"]
            conversation.refuse_secrets(body)
            closing.reopen(consultation.pk, by=request.actor)
            if body:
                conversation.message_from_citizen(consultation.pk, by=request.actor, body=body)
    except Refused as refused:
        form.add_error(refused.field or None, refused.message)
    if form.errors:
        return render_case(request, consultation, reopening=form, status=422)
    messages.success(request, _("相談を再開しました。同じ受付番号で続けます。"))
    return _back(request, consultation)


@public
@require_POST
def solved(request: PortalRequest) -> HttpResponse:
    """解決しましたか — はい."""
    consultation = _opened(request)
    if consultation is None:
        return redirect("status:case")
    try:
        closing.confirm_solved(consultation.pk, by=request.actor)
        messages.success(request, _("知らせてくれて、ありがとうございます。"))
    except Refused as refused:
        messages.error(request, refused.message)
    return _back(request, consultation)


@public
@require_POST
def receipt(request: PortalRequest) -> HttpResponse:
    """受付票 as a PDF: asked for here, made by a worker, shown on the document's own page."""
    consultation = _opened(request)
    return receipt_document(request, consultation) if consultation else redirect("status:case")


@public
@require_POST
def leave(request: PortalRequest) -> HttpResponse:
    """Close the case on this browser."""
    case_keys.revoke(request.session, CASE_KEY)
    messages.success(request, _("相談の画面を閉じました。"))
    return redirect("home")


def _writable(request: PortalRequest) -> Any:
    """Also what is protected: more may be told of it, nothing else."""
    return Consultation.objects.filter(rows(request.actor, "consultation.follow"))


def _opened(request: PortalRequest, among: Any = None) -> Consultation | None:
    """The case named by the form if it is this person's own, else the one that the key of this browser opens.

    Staff may see a case and still not write in the person's name.

    A form that names another case than the key never falls back to that other one: a message must not go astray.
    """
    own = _writable(request).filter(protected_at__isnull=True) if among is None else among
    own = own.select_related("matter", "desk_office", "ward")
    number = request.POST.get("number", "").replace("\x00", "")
    if number:
        return own.filter(matter__receipt_no=number).first()
    return own.filter(pk=request.actor.matter_id).first() if request.actor.matter_id else None


def _ask_for_key(request: PortalRequest, form: KeyForm, carried: str, status: int = 0) -> HttpResponse:
    context = {"form": form, "carried": carried[:LONGEST_CARRIED]}
    status = status or (422 if form.errors else 200)
    return render(request, "consultations/citizen/status_login.html", context, status=status)


def _keep_files(request: PortalRequest, consultation: Consultation, form: MessageForm) -> int:
    """Files that are in order are kept at once, whatever else is wrong; the number kept."""
    uploads = [] if "files" in form.errors else request.FILES.getlist("files")
    try:
        if not consultation.is_open and uploads:
            return 0
        return len(attachments.attach_all(consultation.matter, uploads, request.actor)) if uploads else 0
    except RejectedUpload as rejected:
        form.add_error("files", str(rejected.message))
        return 0


def _may_reopen(consultation: Consultation) -> bool:
    ended = consultation.closed_at
    return ended is not None and timezone.now() - ended <= REOPENABLE_FOR


def _back(request: PortalRequest, consultation: Consultation) -> HttpResponse:
    if consultation.pk == request.actor.matter_id:
        return redirect("status:case")
    return redirect("my_case", consultation.receipt_no)
