"""だれに、何を渡してよいか: what the resident agreed to, and how to take it back without asking anybody (J5)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from chiba_ward.access import readlog
from chiba_ward.access.actor import Actor, actor_of_request
from chiba_ward.access.policy import allows_at
from chiba_ward.access.policy.doors import door_of
from chiba_ward.access.public import public
from consultations.enums import PARTNER_OPEN, ExcerptItem, PartyKind
from consultations.models import ConsentGrant, Consultation
from consultations.policy_referral import may_withdraw_consent
from consultations.services import referrals
from consultations.workflow.errors import Refused

ITEM_WORDS = {
    ExcerptItem.NAME: gettext_lazy("名前"),
    ExcerptItem.PHONE: gettext_lazy("電話番号"),
    ExcerptItem.EMAIL: gettext_lazy("メールアドレス"),
    ExcerptItem.ADDRESS: gettext_lazy("住所"),
    ExcerptItem.SUBJECT: gettext_lazy("困っている人のこと"),
    ExcerptItem.CONCERN: gettext_lazy("相談をひとことで言うと"),
    ExcerptItem.BODY: gettext_lazy("相談の内容"),
    ExcerptItem.CONTACT_RULES: gettext_lazy("連絡のしかたの希望"),
    ExcerptItem.ACCOMMODATION: gettext_lazy("必要な手助けや通訳"),
    ExcerptItem.FILES: gettext_lazy("送ったファイル"),
}


def rows_of(case: Consultation, actor: Actor) -> list[dict[str, Any]]:
    """Each consent in the resident's words, the newest first; withdrawn and past ones stay readable."""
    consents = case.consents.select_related("to_office", "person").exclude(person__kind=PartyKind.SUBJECT)
    return [_row(consent, case, actor) for consent in consents.order_by("-id")]


def _row(consent: ConsentGrant, case: Consultation, actor: Actor) -> dict[str, Any]:
    consent.consultation = case
    has_run_out = bool(consent.valid_until and consent.valid_until < timezone.localdate())
    return {
        "consent": consent,
        "office": consent.to_office.spoken_on(consent.obtained_on),
        "items": [ITEM_WORDS[ExcerptItem(item)] for item in consent.items],
        "has_run_out": has_run_out,
        "may_withdraw": not has_run_out and may_withdraw_consent(actor, consent),
    }


@public
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """取り消す: the page says what ends and what goes on; the press ends it at once."""
    actor = actor_of_request(request)
    consent = _consent(request, actor, pk)
    if consent is None:
        return _ask_for_key(request, actor)
    if consent.withdrawn_at:
        messages.info(request, _("この同意は、もう取り消してあります。"))
        return _back(actor, consent.consultation)
    if request.method == "POST":
        return _withdraw(request, actor, consent)
    row = _row(consent, consent.consultation, actor)
    if not row["may_withdraw"]:
        raise Http404
    readlog.saw("consent", [consent.pk], matters=[consent.consultation_id])
    desk = consent.consultation.desk_office.spoken_on(timezone.localdate())
    context = {
        **row,
        "is_used": any(referral.state in PARTNER_OPEN for referral in consent.referrals.all()),
        "case": consent.consultation,
        "desk": desk,
        "back": resolve_url(*_address(actor, consent.consultation)),
    }
    return render(request, "consultations/citizen/consent_withdraw.html", context)


def _withdraw(request: HttpRequest, actor: Actor, consent: ConsentGrant) -> HttpResponse:
    try:
        referrals.withdraw_consent(consent.pk, by=actor)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        office = consent.to_office.spoken_on(consent.obtained_on)
        words = _("同意を取り消しました。%(office)sは、もう内容を見られません。") % {"office": office}
        messages.success(request, words)
    return _back(actor, consent.consultation)


def _consent(request: HttpRequest, actor: Actor, pk: int) -> ConsentGrant | None:
    """The person's own; staff record a withdrawal on their own page."""
    visible = Consultation.objects.visible_to(actor).values("pk")
    rows = ConsentGrant.objects.select_related(
        "consultation__matter", "consultation__desk_office", "to_office"
    )
    found = rows.filter(pk=pk, consultation__in=visible).first()
    return found if found and allows_at(actor, door_of(request.resolver_match), found) else None


def _ask_for_key(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Without any key the page asks for one; whoever holds one that does not fit learns nothing."""
    if actor.user or actor.matter_id or actor.referral_id:
        raise Http404
    messages.info(request, _("受付番号と合言葉を入れて開いてください。時間がたつと、安全のために閉じます。"))
    return redirect("status:login")


def _address(actor: Actor, case: Consultation) -> tuple[str, ...]:
    return ("status:case",) if case.pk == actor.matter_id else ("my_case", case.receipt_no)


def _back(actor: Actor, case: Consultation) -> HttpResponse:
    return redirect(*_address(actor, case))
