"""Sign-in through the city's own identity provider: an answer is bound to its question, and what it proves is read.

allauth binds the answer to this browser by `state` and the code by PKCE. The nonce added here binds the token too.
A provider counts as a second factor only by the claims that the settings name (`amr`, `acr`): data, not a habit.
"""

from __future__ import annotations

import secrets
from typing import Any

from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode

from chiba_ward.settings.oidc import PROVIDER_ID

NONCE = "nonce"
# In the session: when the provider itself last asked the person (seconds since 1970).
PROVED_KEY = "proved"
# The clocks of two servers differ a little.
SKEW_SECONDS = 60


class CityProvider(OpenIDConnectProvider):
    # Where allauth looks for the addresses of the door: its own, not those beside this file.
    package = OpenIDConnectProvider.get_package()

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """With a nonce that only this browser's session knows."""
        nonce = secrets.token_urlsafe(24)
        params = {**(kwargs.pop("auth_params", None) or self.get_auth_params()), NONCE: nonce}
        answer: HttpResponse = super().redirect(
            request, process, next_url, data, auth_params=params, nonce=nonce, **kwargs
        )
        return answer

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, str]:
        """allauth would pass on whatever stands in the address; here it may only ask to be asked again."""
        again = {"prompt": "login", "max_age": "0"} if request.GET.get("again") else {}
        return {**self.get_auth_params(), **again}


class SecondFactorStage(AuthenticateStage):
    """allauth's step, left out where the provider has asked for a second factor itself."""

    def _should_handle(self, request: HttpRequest) -> bool:
        login = (self.login.signal_kwargs or {}).get("sociallogin")
        if login is not None and proves_second_factor(login):
            return False
        needed: bool = super()._should_handle(request)
        return needed


def claims_of(login: SocialLogin) -> dict[str, Any]:
    """The claims of the token, which came straight from the provider; never those of the browser."""
    claims = login.account.extra_data.get("id_token") or {}
    return claims if isinstance(claims, dict) else {}


def answers_our_question(login: SocialLogin) -> bool:
    """Whether the token carries the nonce of the question that this browser asked."""
    asked, answered = str((login.state or {}).get(NONCE, "")), str(claims_of(login).get(NONCE, ""))
    return bool(asked) and constant_time_compare(asked, answered)


def proves_second_factor(login: SocialLogin) -> bool:
    """Whether one of the claims says what the settings accept; without a setting never."""
    accepted = login.provider.app.settings.get("second_factor", {}) if login.provider.app else {}
    claims = claims_of(login)
    said = {
        name: set(value if isinstance(value := claims.get(name, []), list) else [value]) for name in accepted
    }
    return any(said[name] & set(values) for name, values in accepted.items())


def proved_at(login: SocialLogin) -> float:
    """When the provider asked the person; a silent answer from an older session does not count as now."""
    now = timezone.now().timestamp()
    told = claims_of(login).get("auth_time")
    return min(float(told), now) if isinstance(told, int | float) and told <= now + SKEW_SECONDS else now


def page_that_asks_again() -> str:
    """The provider's sign-in, told to ask and not to answer from memory."""
    address = reverse("openid_connect_login", kwargs={"provider_id": PROVIDER_ID})
    return f"{address}?{urlencode({'again': '1', 'process': 'login'})}"
