"""Sign-in pages that allauth does not have: duty, enrolment, the way home, the way out, the demo door."""

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chiba_ward.access import demo, sign_in_events
from chiba_ward.access.actor import POSTING_KEY, Actor, actor_for_request, actor_of_request
from chiba_ward.access.doors import second_factor_stands
from chiba_ward.access.policy import opens
from chiba_ward.access.public import public
from chiba_ward.access.ways_in import address_of
from chiba_ward.directory.enums import Role
from chiba_ward.ui import typed
from chiba_ward.ui.cookies import Cookie

SIGN_IN_BACKEND = "chiba_ward.access.duties.PostedBackend"


@require_POST
def switch_posting(request: HttpRequest) -> HttpResponse:
    """Act under another of one's own postings of today (ASSURANCE §5, separation of duty)."""
    actor = actor_of_request(request)
    chosen = request.POST.get("posting", "")
    if any(str(posting.pk) == chosen for posting in actor.postings):
        request.session[POSTING_KEY] = int(chosen)
    return _home(request, actor_for_request(request))


@require_GET
def home_after_login(request: HttpRequest) -> HttpResponse:
    return _home(request, actor_of_request(request))


def _home(request: HttpRequest, actor: Actor) -> HttpResponse:
    return redirect(first_page(actor))


def first_page(actor: Actor) -> str:
    """The first page of the face: work, inbox, progress, or the resident's own matters.

    A process that does not serve that face offers the account's own settings instead."""
    names = ["my_cases", "home"]
    if actor.is_partner:  # an association receives no つなぎ
        names = [name for name in ("partner:inbox", "community_partner:index") if opens(actor, name)] or [
            "home"
        ]
    elif actor.is_staff:
        names = ["progress:index"] * actor.has_role(Role.COORDINATOR) + ["admin:index"]
    return next((url for url in map(address_of, names) if url), reverse("account_email"))


@require_GET
def second_factor(request: HttpRequest) -> HttpResponse:
    """Choose how to prove who you are besides the password; shown until one stands."""
    if second_factor_stands(request) or not actor_of_request(request).postings:
        return redirect("home_after_login")
    return render(request, "access/second_factor.html")


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Quick exit: an innocent page, and a browser that has forgotten everything (ASSURANCE threat 1).

    A POST also ends the session on the server; a GET writes nothing, the cookie is simply gone."""
    if request.method == "POST":
        logout(request)
    request.session.modified = False  # or the middleware would hand the cookie out again
    response = render(request, "ui/leave.html")
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        response.delete_cookie(name, samesite="Lax")
    for cookie in Cookie.own:
        cookie.drop(response)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that lay open too long, or came from elsewhere: what was typed is shown again, to be copied."""
    return typed.page(
        request,
        title=_("送信できませんでした"),
        reason=_(
            "画面を開いてから時間がたったか、別の画面でログインし直したため、安全のために受け取りませんでした。まだ何も送られていません。"
        ),
        steps=[
            _("もとの画面を開き直して、もう一度入力してから送ってください。"),
            _("クッキーを受け付けない設定のときは、このポータルのクッキーを許可してください。"),
        ],
        status=403,
    )


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """The demo door. Its route exists under the demo settings alone; the guard below stands behind that."""
    if request.method != "POST":
        return render(request, "access/demo.html", {"faces": demo.people_by_face(), "next": _wanted(request)})
    user = demo.demo_user(request.POST.get("user", ""))
    logout(request)
    login(request, user, backend=SIGN_IN_BACKEND)
    UserSession.objects.create_from_request(request)
    sign_in_events.signed_in(user)
    return redirect(_wanted(request) or "home_after_login")


def _wanted(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}) else ""
