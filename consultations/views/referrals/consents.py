"""同意: recorded item by item, printed for signature, withdrawn at once."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from chiba_ward.access import readlog
from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import allows_at
from chiba_ward.access.policy.doors import door_of
from chiba_ward.access.views_support import get_visible
from chiba_ward.casework import outside_duty
from chiba_ward.documents import services as documents
from consultations import documents_referral
from consultations.excerpt import lines_of
from consultations.forms.referral import ConsentForm
from consultations.models import ConsentGrant, Consultation
from consultations.policy_referral import may_withdraw_consent
from consultations.services import referrals
from consultations.services.referrals.ending import WITHDRAWABLE
from consultations.views.referrals.acts import add_refusal
from consultations.views.referrals.steps import draft_of
from consultations.workflow.errors import Refused


@staff_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, number: str, sequence: int) -> HttpResponseBase:
    """The consent for the recipient of a draft; afterwards it is the ground of that draft."""
    referral = draft_of(request, number, sequence)
    case, actor = referral.consultation, actor_of_request(request)
    choices = list(
        dict.fromkeys((line.item.value, line.label) for line in lines_of(case) if not line.withheld)
    )
    form = ConsentForm(
        request.POST or None,
        items=choices,
        people=case.parties.all(),
        initial={"obtained_on": timezone.localdate()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                consent = referrals.record_consent(
                    case.pk, by=actor, to_office=referral.to_office, **form.cleaned_data
                )
                referrals.set_ground(referral.pk, by=actor, consent=consent)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, "同意を記録しました。次に、渡す項目を選んでください。")
            return redirect("staff:referral_items", number, sequence)
    readlog.saw("consultation", [case.pk])
    context = {
        "title": "同意を記録する",
        "form": form,
        "number": number,
        "referral": referral,
        "to_name": referral.to_office.name_on(timezone.localdate()),
    }
    return staff_page(
        request, "consultations/staff/referral_consent.html", context, status=422 if form.errors else 200
    )


@staff_required
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    """撤回: the page says what will end; the press ends it at once."""
    consent, actor = _consent(request, number, pk), actor_of_request(request)
    if request.method == "POST":
        try:
            referrals.withdraw_consent(consent.pk, by=actor)
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, "同意の撤回を記録しました。つなぎ先は、もう内容を見られません。")
        return redirect("staff:case", number)
    if not may_withdraw_consent(actor, consent):
        raise Http404
    ending = consent.referrals.filter(state__in=WITHDRAWABLE).order_by("sequence")
    readlog.saw("consent", [consent.pk], matters=[consent.consultation_id])
    context = {
        "title": "同意の撤回",
        "consent": consent,
        "number": number,
        "to_name": consent.to_office.name_on(timezone.localdate()),
        "ending": list(ending),
    }
    return staff_page(request, "consultations/staff/referral_consent_withdraw.html", context)


@staff_required
@require_POST
def print_consent(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    """The consent as recorded, for the file and for the person."""
    consent = _consent(request, number, pk)
    with transaction.atomic():
        document = documents.request(
            documents_referral.CONSENT,
            title=f"つなぎの同意書 {number}",
            matter=consent.consultation.matter,
            by=actor_of_request(request),
            params={"consent": consent.pk},
        )
    return redirect("documents:show", document.pk)


def _consent(request: HttpRequest, number: str, pk: int) -> ConsentGrant:
    rows = Consultation.objects.select_related("matter")
    case = get_visible(rows, actor_of_request(request), matter__receipt_no=number)
    outside_duty.require_reason_for(request, case.matter)
    found = (
        ConsentGrant.objects.select_related("consultation__matter", "to_office")
        .filter(consultation=case, pk=pk)
        .first()
    )
    if found is None or not allows_at(actor_of_request(request), door_of(request.resolver_match), found):
        raise Http404
    return found
