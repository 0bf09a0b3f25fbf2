"""The number of the authenticator app, or a recovery code: a million possibilities, so its door has the same back-off."""

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.http import HttpRequest

from chiba_ward.access import known_device, throttle
from chiba_ward.access.adapters import counted_try
from chiba_ward.access.models import User


class CountedCode:
    """Counts before it compares, so that guesses at the same moment get no more answers (ASSURANCE AT2, AT3)."""

    user: User

    def clean_code(self) -> str:
        key = _key(context.request, self.user)
        with counted_try(key):
            code: str = super().clean_code()  # type: ignore[misc]  # allauth's form stands behind
        return code


class SignInCodeForm(CountedCode, AuthenticateForm):
    """The second step of signing in."""


class ProofCodeForm(CountedCode, ReauthenticateForm):
    """Proving again who one is, in a session that is open."""


def _key(request: HttpRequest, user: User) -> str:
    """Whoever guesses on another machine does not keep the person out of their own browser."""
    device = known_device.known_for(request, user.email)
    return f"code:{throttle.digest(user.pk, device)}"
