"""Who signed in long ago proves once more who they are, before personal data leaves or rights change (ASSURANCE SE6)."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from chiba_ward.access.models import User
from chiba_ward.access.oidc import PROVED_KEY, page_that_asks_again
from chiba_ward.ui import typed

FROM_PROVIDER = "socialaccount"


def proved_seconds_ago(request: HttpRequest) -> float:
    """Since the person last signed in or proved again; infinite for nobody."""
    if not isinstance(request.user, User):
        return float("inf")
    # Coming from the city's provider is as old as its last question, not as its answer.
    own = [record["at"] for record in _records(request) if record.get("method") != FROM_PROVIDER]
    began = request.session.get(PROVED_KEY, request.session.get("since", 0.0))
    return timezone.now().timestamp() - max([began, *own])


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    assert isinstance(request.user, User)
    found: list[dict[str, Any]] = get_authentication_records(request, request.user)
    return found


def is_fresh(request: HttpRequest) -> bool:
    """Whether that was a moment ago. A form that was opened in time may be sent for as long as one may sit idle."""
    limit: float = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    if request.method == "POST":
        limit += settings.SESSION_LIMITS["staff"][0].total_seconds()
    return proved_seconds_ago(request) < limit


def asked_to_prove(request: HttpRequest) -> HttpResponse | None:
    """For a form that a stale sign-in has sent: what was typed is shown again, to be copied."""
    if not typed.kept(request):
        return None
    return typed.page(
        request,
        title="もう一度ご本人であることを確かめてください",
        reason="大事な操作なので、時間がたったログインでは受け取りませんでした。まだ何も変わっていません。",
        steps=[
            "下のボタンで開き直すと、本人確認の画面になります。確かめると、もとの画面に戻ります。",
            "写しておいた文を、もう一度入れて送ってください。",
        ],
        status=401,
    )


def ask_again(request: HttpRequest, following: str = "", advice: str = "") -> HttpResponse:
    """To the page that asks for password, number or passkey, and from there to `following` (this page by default)."""
    if (answer := asked_to_prove(request)) is not None:
        return answer
    messages.info(request, f"大事な操作の前に、もう一度ご本人であることを確かめてください。{advice}")
    where = urlencode({"next": following or request.get_full_path()})
    page = _page_that_asks(request)
    return redirect(f"{page}{'&' if '?' in page else '?'}{where}")


def _page_that_asks(request: HttpRequest) -> str:
    """Where the person came from: the city's provider; one's own password or factor; for demo people the demo door."""
    if any(record.get("method") == FROM_PROVIDER for record in _records(request)):
        return page_that_asks_again()
    methods = get_adapter().get_reauthentication_methods(request.user)
    if methods:
        return str(methods[0]["url"])
    if settings.PORTAL_DEMO:
        return reverse("access:demo_sign_in")
    return reverse("account_login")
