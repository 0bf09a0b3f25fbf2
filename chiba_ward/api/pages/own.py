"""自分の連携トークン: drawn once by the posting or the head of its office, wherever they work; stopped by them."""

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from chiba_ward.access.actor import Actor, actor_of_request
from chiba_ward.access.decorators import actor_required
from chiba_ward.api.models import ApiToken
from chiba_ward.api.pages.tokens import FULL, state_of
from chiba_ward.api.services import tokens
from chiba_ward.api.services.tokens import NotPermittedError

SHOWN = 100


def has_posting(actor: Actor) -> bool:
    return actor.posting is not None


@actor_required(has_posting)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    actor = actor_of_request(request)
    rows = FULL.for_collecting(actor).order_by("-pk")[:SHOWN]
    listed = [
        {
            "token": token,
            "state": state_of(token),
            "may_collect": tokens.may_collect(actor, token),
            "may_revoke": tokens.may_revoke(actor, token),
        }
        for token in rows
    ]
    return render(request, "api/own_tokens.html", {"listed": listed})


@actor_required(has_posting)
@require_POST
def collect(request: HttpRequest, pk: int) -> HttpResponse:
    """受け取る: the token stands on this answer and nowhere else. Who one is, is proved once more before."""
    token = _own(request, pk)
    raise_if_reauthentication_required(request, app="")
    try:
        secret = tokens.collect(token.pk, by=actor_of_request(request))
    except NotPermittedError as refusal:
        messages.error(request, refusal.message)
        return redirect("api_tokens")
    return render(request, "api/own_token_shown.html", {"token": token, "secret": secret})


@actor_required(has_posting)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = _own(request, pk)
    if "sure" not in request.POST:
        return render(request, "api/own_token_revoke.html", {"token": token})
    tokens.revoke(token.pk, by=actor_of_request(request))
    messages.success(request, "止めました。次の呼び出しから使えません。")
    return redirect("api_tokens")


def _own(request: HttpRequest, pk: int) -> ApiToken:
    from django.http import Http404

    found: ApiToken | None = FULL.for_collecting(actor_of_request(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
