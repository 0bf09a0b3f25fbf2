"""つなぐ in four steps: where to, on what ground, which words, look and send. Each has its own address."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import Actor, actor_of_request
from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.views_support import get_permitted, get_visible
from chiba_ward.casework import outside_duty
from chiba_ward.documents import services as documents
from chiba_ward.ui import normalisation
from consultations import documents_referral, held
from consultations.enums import PROTECTED_FLAGS, ExcerptItem, Flag
from consultations.excerpt import ExcerptLine, lines_of
from consultations.forms.referral import CONSENT, AddresseeForm, GroundForm
from consultations.models import ConsentGrant, Consultation, Referral
from consultations.policy_referral import may_edit, may_refer, may_send
from consultations.selectors_referral import address_book
from consultations.services import referrals
from consultations.services.referrals.preparing import covered
from consultations.services.referrals.sending import release_time
from consultations.views.referrals.acts import add_refusal
from consultations.words_referral import look_twice, reach
from consultations.workflow.errors import Refused

STEPS = ("先を選ぶ", "同意・根拠", "渡す項目", "確かめて送る")
FOUND_LIMIT = 30
CASES = Consultation.objects.select_related("matter", "desk_office", "ward")
ROWS = Referral.objects.select_related(
    "consultation__matter",
    "consultation__desk_office",
    "from_office",
    "to_office",
    "created_by__person",
    "consent",
    "ground",
)


def referral_of(request: HttpRequest, number: str, sequence: int) -> Referral:
    """By the door of this request: seeing a つなぎ is one right, each step of it another."""
    found = get_permitted(request, ROWS, consultation__matter__receipt_no=number, sequence=sequence)
    outside_duty.require_reason_for(request, found.consultation.matter)
    return found


def draft_of(request: HttpRequest, number: str, sequence: int) -> Referral:
    referral = referral_of(request, number, sequence)
    if not may_edit(actor_of_request(request), referral):
        raise Http404
    return referral


@staff_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, number: str) -> HttpResponseBase:
    """Step 1: search the address book, choose, say what is asked."""
    actor = actor_of_request(request)
    case = get_visible(CASES, actor, matter__receipt_no=number)
    outside_duty.require_reason_for(request, case.matter)
    if not may_refer(actor, case):
        messages.error(request, "つなぐのは、この相談を預かっている課です。先に担当の課を決めてください。")
        return redirect("staff:case", number)
    return _addressee(request, case, None)


@staff_required
@require_http_methods(["GET", "POST"])
def addressee(request: HttpRequest, number: str, sequence: int) -> HttpResponseBase:
    """Step 1 again, for a draft."""
    referral = draft_of(request, number, sequence)
    return _addressee(request, referral.consultation, referral)


def _addressee(request: HttpRequest, case: Consultation, referral: Referral | None) -> HttpResponseBase:
    actor = actor_of_request(request)
    words = normalisation.clean_line(request.GET.get("q", ""))[:60]
    offices = address_book(actor, words=words)
    form = AddresseeForm(request.POST or None, offices=offices, initial=_chosen(request, referral))
    found = list(offices[: FOUND_LIMIT + 1])
    form.fields["to_office"].widget.hints = {str(office.pk): facts_of(office) for office in found}
    if request.method == "POST" and form.is_valid():
        try:
            saved = _save_addressee(actor, case, referral, form.cleaned_data)
            return redirect("staff:referral_ground", case.receipt_no, saved.sequence)
        except Refused as refused:
            add_refusal(form, refused)
    context = {"form": form, "words": words, "found": len(found), "too_many": len(found) > FOUND_LIMIT}
    return step_page(request, "addressee", 1, case, referral, context, form)


def _chosen(request: HttpRequest, referral: Referral | None) -> dict[str, Any]:
    if referral is None:
        return {"to_office": request.GET.get("to", "")}
    return {
        "to_office": referral.to_office_id,
        "purpose": referral.purpose,
        "is_urgent": referral.is_urgent,
        "route": referral.route,
    }


def _save_addressee(
    actor: Actor, case: Consultation, referral: Referral | None, data: dict[str, Any]
) -> Referral:
    choice = {
        "to_office": data["to_office"],
        "purpose": data["purpose"],
        "urgent": data["is_urgent"],
        "route": data["route"],
    }
    if referral is None:
        return referrals.draft(case.pk, by=actor, **choice)
    return referrals.change_addressee(referral.pk, by=actor, **choice)


def facts_of(office: Any) -> str:
    """Hours, telephone and what it does, as of today, below the name."""
    version = office.version_on(timezone.localdate())
    if version is None:
        return ""
    parts = [
        version.plain_description,
        version.hours_text,
        f"電話 {version.telephone}" if version.telephone else "",
    ]
    parts.append("（要確認）" if version.needs_verification else "")
    return "　".join(part for part in parts if part)


@staff_required
@require_http_methods(["GET", "POST"])
def ground(request: HttpRequest, number: str, sequence: int) -> HttpResponseBase:
    """Step 2: a consent on record for this recipient, or a ground of the law and why it holds here."""
    referral = draft_of(request, number, sequence)
    consents = ConsentGrant.objects.in_force().filter(
        consultation=referral.consultation, to_office=referral.to_office
    )
    initial = {
        "basis": referral.ground.code if referral.ground else CONSENT,
        "basis_note": referral.basis_note,
        "consent": referral.consent_id or consents.first(),
    }
    form = GroundForm(request.POST or None, consents=consents, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            referrals.set_ground(
                referral.pk,
                by=actor_of_request(request),
                ground=data["ground"],
                basis_note=data["basis_note"],
                consent=data.get("consent"),
            )
            return redirect("staff:referral_items", number, sequence)
        except Refused as refused:
            add_refusal(form, refused)
    context = {"form": form, "consents": consents}
    return step_page(request, "ground", 2, referral.consultation, referral, context, form)


@staff_required
@require_http_methods(["GET", "POST"])
def items(request: HttpRequest, number: str, sequence: int) -> HttpResponseBase:
    """Step 3: a tick and the words for each line; what has no consent cannot be ticked."""
    referral = draft_of(request, number, sequence)
    lines, error = lines_of(referral.consultation), Refused("")
    if request.method == "POST":
        texts = {
            line.key: request.POST.get(f"text-{line.key}", line.text)
            for line in lines
            if _ticked(request, line)
        }
        try:
            referrals.choose_items(referral.pk, by=actor_of_request(request), texts=texts)
            return redirect("staff:referral_preview", number, sequence)
        except Refused as refused:
            error = refused
    flags = [
        Flag(flag).label
        for flag in [*referral.consultation.flags, *referral.consultation.suspected]
        if flag in PROTECTED_FLAGS
    ]
    context = {
        "lines": [_line(request, referral, line, error) for line in lines],
        "refusal": error.message,
        "refused_key": error.field,
        "flags": flags,
    }
    return step_page(
        request,
        "items",
        3,
        referral.consultation,
        referral,
        context,
        None,
        status=422 if error.message else 200,
    )


def _ticked(request: HttpRequest, line: ExcerptLine) -> bool:
    return f"take-{line.key}" in request.POST


def _line(request: HttpRequest, referral: Referral, line: ExcerptLine, error: Refused) -> dict[str, Any]:
    chosen = {(one.item, one.attachment_id, one.person_id): one.text for one in referral.items.all()}
    row_of = (line.attachment.pk if line.attachment else None, line.person.pk if line.person else None)
    key = (line.item, *row_of)
    posted = request.method == "POST"
    return {
        "line": line,
        "may_take": not line.withheld and covered(referral, line.item, line.person),
        "is_taken": _ticked(request, line) if posted else key in chosen,
        "text": request.POST.get(f"text-{line.key}", line.text) if posted else chosen.get(key, line.text),
        "is_fixed": line.item in (ExcerptItem.CONTACT_RULES, ExcerptItem.FILES),
        "rows": min(12, max(1, len(line.text) // 40 + line.text.count("\n") + 1)),
        "error": error.message if error.field == line.key else "",
    }


@staff_required
@require_safe
def preview(request: HttpRequest, number: str, sequence: int) -> HttpResponseBase:
    """Step 4: exactly what the partner will read, and to whom it goes, before it leaves."""
    referral = draft_of(request, number, sequence)
    if not referral.items.exists():
        return redirect("staff:referral_items", number, sequence)
    return _preview(request, referral)


def _preview(request: HttpRequest, referral: Referral, refusal: str = "") -> HttpResponse:
    today = timezone.localdate()
    context = {
        "items": held.handed_over(referral.consultation, referral.items.select_related("attachment")),
        "addressee": referral.to_office.version_on(today),
        "to_phone": reach(referral.to_office)[0],
        "doubts": look_twice(referral),
        "digest": referrals.preview_digest(referral),
        "may_send": may_send(actor_of_request(request), referral),
        "hold": max(0, round((release_time(referral, timezone.now()) - timezone.now()).total_seconds() / 60)),
        "refusal": refusal,
    }
    return step_page(
        request, "preview", 4, referral.consultation, referral, context, None, status=422 if refusal else 200
    )


@staff_required
@require_POST
def send(request: HttpRequest, number: str, sequence: int) -> HttpResponseBase:
    """送付する. The tick says that the addressee was compared; pressing twice sends once."""
    referral = referral_of(request, number, sequence)
    if request.POST.get("checked") != "on" and may_edit(actor_of_request(request), referral):
        return _preview(request, referral, "宛先と内容を確かめて、印を付けてください。")
    try:
        referrals.send(referral.pk, by=actor_of_request(request), seen=request.POST.get("seen", ""))
    except Refused as refused:
        if not may_edit(actor_of_request(request), referral):
            messages.error(request, refused.message)
            return redirect("staff:referral_detail", number, sequence)
        return _preview(request, referral, refused.message)
    messages.success(request, "送付の手続きをしました。送る時刻までは取り消せます。")
    return redirect("staff:referral_detail", number, sequence)


@staff_required
@require_POST
def discard(request: HttpRequest, number: str, sequence: int) -> HttpResponseBase:
    referral = draft_of(request, number, sequence)
    referrals.discard(referral.pk, by=actor_of_request(request))
    messages.success(request, "下書きを捨てました。外には何も送られていません。")
    return redirect("staff:case", number)


@staff_required
@require_POST
def consent_form(request: HttpRequest, number: str, sequence: int) -> HttpResponseBase:
    """A blank form of consent for the chosen recipient, to be signed on paper."""
    referral = draft_of(request, number, sequence)
    with transaction.atomic():
        document = documents.request(
            documents_referral.CONSENT,
            title=f"つなぎの同意書 {number}",
            matter=referral.consultation.matter,
            by=actor_of_request(request),
            params={"referral": referral.pk},
        )
    return redirect("documents:show", document.pk)


def step_page(
    request: HttpRequest,
    name: str,
    step: int,
    case: Consultation,
    referral: Referral | None,
    context: dict[str, Any],
    form: Any,
    status: int = 200,
) -> HttpResponse:
    if form is not None and form.is_bound and form.errors:
        status = 422
    readlog.saw("consultation", [case.pk])
    facts = {
        "title": f"つなぐ：{STEPS[step - 1]}",
        "steps": STEPS,
        "step": step,
        "case": case,
        "number": case.receipt_no,
        "referral": referral,
        "to_name": referral.to_office.name_on(timezone.localdate()) if referral else "",
    }
    return staff_page(
        request, f"consultations/staff/referral_{name}.html", {**facts, **context}, status=status
    )
