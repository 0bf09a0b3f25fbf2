"""Headers, session limits, who acts, and the second factor: asked of every request, in this order."""

from collections.abc import Callable
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from chiba_ward.access.actor import actor_for_request, actor_of_request
from chiba_ward.access.doors import needs_second_factor, second_factor_page
from chiba_ward.access.policy import opens
from chiba_ward.access.policy.doors import view_of
from chiba_ward.ui import typed

GetResponse = Callable[[HttpRequest], HttpResponse]
PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
FORGET = '"cache", "storage"'


class ResponseHeadersMiddleware:
    """Nothing personal is kept by a browser or a proxy (ASSURANCE PR5, IN3)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class SessionLimitMiddleware:
    """Ends a session that was idle or open too long; the limits depend on the face (ASSURANCE SE2).

    Whenever a request ends a sign-in, the browser is asked to forget what it showed (SE5).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_signed_in = request.user.is_authenticated
        if was_signed_in and self.expired(request):
            logout(request)
            request.session_expired = True  # type: ignore[attr-defined]  # read in process_view below
        response = self.get_response(request)
        if was_signed_in and not request.user.is_authenticated:
            response.headers.setdefault("Clear-Site-Data", FORGET)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Tell the person why the sign-in page appears, and bring them back afterwards."""
        if not getattr(request, "session_expired", False) or not getattr(view, "login_required", True):
            return None
        following = {"next": request.get_full_path()} if request.method == "GET" else {}
        return not_received_signed_out(request) or redirect(
            f"{reverse('account_login')}?{urlencode({**following, 'ended': '1'})}"
        )

    def expired(self, request: HttpRequest) -> bool:
        now = timezone.now().timestamp()
        since = request.session.setdefault("since", now)
        seen = request.session.get("seen", now)
        idle, absolute = settings.SESSION_LIMITS[request.session.get("face", "citizen")]
        if now - seen > idle.total_seconds() or now - since > absolute.total_seconds():
            return True
        if now - seen > 60 or "seen" not in request.session:
            request.session["seen"] = now
        return False


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Django's, but for a form that was sent after signing out elsewhere: what was typed is not lost."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponse:  # type: ignore[override]  # a page, too
        answer = not_received_signed_out(request)
        return answer or super().handle_no_permission(request, view_func)


def not_received_signed_out(request: HttpRequest) -> HttpResponse | None:
    """The page that shows what was typed, for a form that holds any text."""
    if not typed.kept(request):
        return None
    return typed.page(
        request,
        title=_("送信できませんでした"),
        reason=_(
            "時間がたったか、別の画面でログアウトしたため、受け取れませんでした。まだ何も送られていません。"
        ),
        steps=[
            _("下のボタンで開き直すと、ログインの画面になります。ログインすると、もとの画面に戻ります。"),
            _("写しておいた文を、もう一度入れて送ってください。"),
        ],
        status=401,
    )


class ActorMiddleware:
    """Sets `request.actor`; rights are read anew on every request (ASSURANCE AC12, AT7)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor = actor_for_request(request)
        request.actor = actor  # type: ignore[attr-defined]  # the portal's own attribute
        if actor.user and request.session.get("face") != actor.face:
            request.session["face"] = actor.face
        return self.get_response(request)


class HistoryContextMiddleware:
    """Every row that the history triggers write names the person and the posting."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return self.get_response(request)
        actor = request.actor  # type: ignore[attr-defined]
        with pghistory.context(
            user=actor.user.pk if actor.user else None,
            posting=actor.posting.pk if actor.posting else None,
            route=_route(request),
        ):
            return self.get_response(request)


class SecondFactorMiddleware:
    """Staff and partners reach nothing but the enrolment page until a second factor stands (AT1)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        return redirect(second_factor_page(request)) if needs_second_factor(request) else None


class PolicyMiddleware:
    """The first wall: a route opens only to those whom `policy.yaml` grants something behind it (deny by default).

    Which objects they find there, the view asks. Pages that open without signing in decide by themselves who holds
    a key; what is no door at all opens to nobody.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if getattr(view, "login_required", True) and not opens(
            actor_of_request(request), view_of(request.resolver_match)
        ):
            raise Http404
        return None


def _route(request: HttpRequest) -> str:
    """The pattern, never the path: a path may carry a receipt number."""
    try:
        return resolve(request.path).route
    except Resolver404:
        return ""
