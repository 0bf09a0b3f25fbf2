"""The second door: staff and partners enter with a second factor or not at all (ASSURANCE AT1, AT2)."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from chiba_ward.access import sessions
from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.models import User

ENROLLED_KEY = "second_factor"

# What must be reachable to enrol, to prove the factor, or to leave. Nothing here shows a record.
BEFORE_SECOND_FACTOR = frozenset(
    {
        "access:second_factor",
        "access:switch_posting",
        "leave",
        "livez",
        "readyz",
        "account_login",
        "account_logout",
        "account_inactive",
        "account_reauthenticate",
        "account_email",
        "account_email_verification_sent",
        "account_confirm_email",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_authenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    }
)


def needs_second_factor(request: HttpRequest) -> bool:
    """Whether this request must go to enrolment or proof first. Asks the database nothing."""
    actor = actor_of_request(request)
    if not actor.postings or second_factor_stands(request):
        return False
    route = request.resolver_match.view_name if request.resolver_match else ""
    return route not in BEFORE_SECOND_FACTOR


def second_factor_stands(request: HttpRequest) -> bool:
    """Whether this very session was opened with a second factor, or enrolled one.

    Demo people pass under the demo settings alone: in production their mark means nothing.
    """
    user = request.user
    if not isinstance(user, User):
        return False
    if settings.PORTAL_DEMO and user.is_demo:
        return True
    if request.session.get(ENROLLED_KEY) == user.pk:
        return True
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, user))


def second_factor_page(request: HttpRequest) -> str:
    """Where to go: enrolment for whoever has no factor; proof for an older session of someone who has."""
    kinds = set(Authenticator.objects.filter(user=request.user).order_by().values_list("type", flat=True))
    if Authenticator.Type.TOTP in kinds:
        page = "mfa_reauthenticate"
    elif Authenticator.Type.WEBAUTHN in kinds:
        page = "mfa_reauthenticate_webauthn"
    else:
        page = "access:second_factor"
    following = {"next": request.get_full_path()} if request.method == "GET" else {}
    return reverse(page) + ("?" + urlencode(following) if following else "")


def factor_added(
    sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any
) -> None:
    """Enrolling proves possession for this session, and ends every other one of the person (ASSURANCE SE3)."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        authenticator.wrap().mark_as_viewed()  # allauth would write this on the GET that shows them
        return
    request.session[ENROLLED_KEY] = user.pk
    sessions.end_all(user, but=request.session.session_key)


def factor_removed(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    sessions.end_all(user, but=request.session.session_key)
