"""案内のリンクと確認コード: a forwarded address alone shows nothing but 「確認コードを送る」 (PEERS §1)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access import case_keys, readlog, throttle
from chiba_ward.access.actor import REFERRAL_KEY, Actor
from chiba_ward.access.public import public
from chiba_ward.access.readlog import Verb
from consultations.forms.referral import CodeForm
from consultations.models import PartnerLink
from consultations.services import referrals
from consultations.services.referrals import links
from consultations.views.referrals.acts import add_refusal
from consultations.workflow.errors import Refused

SENT = "登録されているメールアドレスに送りました。数分で届きます。届かないときは、送った課へお電話ください。"


@public
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Nothing of the matter is on this page, not even the agency's name."""
    found = _known(token)
    return _page(
        request, "consultations/partner/link.html", {"token": token, "is_live": links.is_live(found)}
    )


@public
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest, token: str) -> HttpResponseBase:
    """Type the code. GET only shows the field, for whoever comes back from the mail."""
    found, form = _known(token), CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            referral = links.open_with_code(found, form.cleaned_data["code"])
        except Refused as refused:
            readlog.event(Verb.SIGN_IN_FAILED, "referral", [found.referral_id])
            add_refusal(form, refused)
        else:
            readlog.event(Verb.SIGN_IN, "referral", [referral.pk])
            case_keys.grant(request.session, REFERRAL_KEY, referral.pk)
            referrals.acknowledge(referral.pk, by=Actor(referral_id=referral.pk))
            return redirect("partner:referral", referral.pk)
    status = 422 if form.errors else 200
    return _page(request, "consultations/partner/code.html", {"token": token, "form": form}, status)


@public
@require_POST
def send_code(request: HttpRequest, token: str) -> HttpResponseBase:
    found = _known(token)
    try:
        throttle.allowed(f"partner-code:{found.pk}", free=links.CODES_AN_HOUR)
        links.send_code(found)
    except throttle.TooManyTries as wait:
        messages.error(request, f"続けて何度も送れません。{wait.minutes}分あとに、もう一度お試しください。")
        return redirect("partner:link", token)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("partner:link", token)
    messages.success(request, f"確認コードを{SENT}")
    return redirect("partner:code", token)


@public
@require_POST
def renew(request: HttpRequest, token: str) -> HttpResponseBase:
    """新しい案内を送る: to the registered address, whoever asks."""
    found = _known(token)
    try:
        throttle.allowed(f"partner-link:{found.referral_id}")
    except throttle.TooManyTries as wait:
        messages.error(request, f"続けて何度も送れません。{wait.minutes}分あとに、もう一度お試しください。")
        return redirect("partner:link", token)
    links.renew(found)
    messages.success(request, f"新しい案内を{SENT}")
    return redirect("partner:finished")


def _known(token: str) -> PartnerLink:
    found = links.find(token)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The address is a secret: the policy `same-origin` of every page keeps it from other sites."""
    return render(request, template, context, status=status)
