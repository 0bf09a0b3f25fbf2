"""What the portal decides about sign-in; the flows themselves are allauth's."""

import hashlib
import hmac
import ipaddress
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from smtplib import SMTPException
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import SuspiciousOperation
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiba_ward.access import known_device, oidc, sign_in_events, throttle
from chiba_ward.access.doors import ENROLLED_KEY
from chiba_ward.access.fresh import is_fresh
from chiba_ward.access.models import User
from chiba_ward.access.secrets_at_rest import named_owner, seal, unseal
from chiba_ward.settings.oidc import PROVIDER_ID

log = structlog.get_logger(__name__)

MAILS = {
    "account/email/email_confirmation_signup": "access/email/confirm",
    "account/email/email_confirmation": "access/email/confirm",
    "account/email/password_reset_key": "access/email/reset",
    "account/email/account_already_exists": "access/email/exists",
    "account/email/unknown_account": "access/email/unknown",
}
ACCOUNT = "sign-in:"
OTHER_MAIL = "access/email/changed"


class AccountAdapter(DefaultAccountAdapter):
    """Residents register themselves; staff and partners are entered by the system office and get their
    rights from postings. Every door meets the same soft back-off."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy(
            "メールアドレスかパスワードが違います。入力し直してください。"
        ),
        "incorrect_password": gettext_lazy("パスワードが違います。入力し直してください。"),
        "incorrect_code": gettext_lazy("番号が違います。いま表示されている番号を入力してください。"),
        "too_many_login_attempts": gettext_lazy("続けて間違えたため、しばらく待ってからお試しください。"),
        "rate_limited": gettext_lazy("短い時間に何度も送られました。少し待ってからお試しください。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Only where residents are served: a staff-only process registers nobody."""
        return "citizen" in settings.PORTAL_FACES

    def clean_email(self, email: str) -> str:
        """Full-width letters from a Japanese keyboard are meant as half-width ones."""
        return unicodedata.normalize("NFKC", email).strip()

    # --- throttle ---------------------------------------------------------------------------------

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Back-off per account and per network, in PostgreSQL; for a known device, per device alone, so that neither
        a stranger's guesses nor colleagues' slips behind the same address keep it out.

        Replaces allauth's counter, which refuses the right password to everybody for five minutes.
        """
        own = _account_key(request, credentials)
        try:
            throttle.allowed(own)
            if own.startswith(ACCOUNT):
                throttle.allowed(_network_key(request), free=throttle.BUCKET_FREE_TRIES)
        except throttle.TooManyTries as refusal:
            sign_in_events.refused(_typed_address(credentials))
            raise _wait(refusal) from refusal
        throttle.watch(_everybody_key(), free=throttle.EVERYBODY_AN_HOUR)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        if user:
            own = _account_key(request, credentials)
            throttle.succeeded(own)
            if own.startswith(ACCOUNT):
                throttle.give_back(_network_key(request))
            throttle.give_back(_everybody_key())
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        throttle.failed(_account_key(request, credentials))
        sign_in_events.failed(_typed_address(credentials))

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """allauth calls this after a password was reset through the mailbox."""
        throttle.succeeded(_account_key(request, credentials))

    def get_client_ip(self, request: HttpRequest) -> str:
        """A stand-in address, the same all day for one client: limits and the list of sessions work, and no
        table holds where a person connected from (ASSURANCE AN5)."""
        return pseudonym(get_client_ip(request) or "")

    # --- after signing in ---------------------------------------------------------------------------

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """A demo person signs in nowhere but under the demo settings, whatever rows a database holds."""
        if user.is_demo and not settings.PORTAL_DEMO:
            return self.respond_user_inactive(request, user)
        refused: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return refused

    def get_login_stages(self) -> list[str]:
        own = {"allauth.mfa.stages.AuthenticateStage": "chiba_ward.access.oidc.SecondFactorStage"}
        return [own.get(stage, stage) for stage in super().get_login_stages()]

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        request.session["since"] = timezone.now().timestamp()
        login = (kwargs.get("signal_kwargs") or {}).get("sociallogin")
        if login is not None:
            request.session[oidc.PROVED_KEY] = oidc.proved_at(login)
            if oidc.proves_second_factor(login):
                request.session[ENROLLED_KEY] = user.pk
        response: HttpResponse = super().post_login(request, user, **kwargs)
        sign_in_events.signed_in(user)
        if user.postings.active_on().exists():
            known_device.remember(response, user.email)
        return response

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """A staff-only process has no citizens' first page."""
        try:
            return str(resolve_url(settings.LOGOUT_REDIRECT_URL))
        except NoReverseMatch:
            return reverse("account_login")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever signed in a moment ago is not asked for the password again at once."""
        required: bool = super().is_reauthentication_required(app=app, **kwargs)
        return required and not is_fresh(context.request)

    # --- mail ---------------------------------------------------------------------------------------

    def render_mail(self, template_prefix: str, *args: Any, **kwargs: Any) -> Any:
        """Plain text that names nobody and no matter: the mailbox may be watched (ASSURANCE threat 1)."""
        return super().render_mail(MAILS.get(template_prefix, OTHER_MAIL), *args, **kwargs)

    def send_account_already_exists_mail(self, email: str) -> None:
        """The work of a real sign-up, so that the time taken does not tell who is registered (ASSURANCE AT4)."""
        make_password(get_random_string(16))
        super().send_account_already_exists_mail(email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that does not answer must not turn a sign-up into an error page."""
        message = self.render_mail(template_prefix, email, context)
        try:
            message.send()
        except (OSError, SMTPException):
            log.exception("sign_in_mail_not_sent", template=template_prefix)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: sealed at rest, and staff and partners cannot take off their last one."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("番号が違います。いま表示されている番号を入力してください。"),
        "cannot_delete_authenticator": gettext_lazy(
            "職員と関係機関の方は、最後の一つを外せません。先に別の方法を登録してください。"
        ),
        "unverified_email": gettext_lazy(
            "先に、届いたメールのリンクを開いてメールアドレスを確認してください。"
        ),
    }

    def encrypt(self, text: str) -> str:
        return seal(text, _owner_of_secret())

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, _owner_of_secret())

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if not authenticator.user.postings.active_on().exists():
            return True
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": settings.MFA_TOTP_ISSUER}


class SocialAdapter(DefaultSocialAccountAdapter):
    """The city's own identity provider opens accounts that exist; it never makes one, and never gives a right."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """The provider of the settings is the city's own: an address it has verified is the person's."""
        app = login.provider.app
        return bool(app and not app.pk and app.provider_id == PROVIDER_ID)

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """An answer to a question of another browser opens nothing. Whom it names is known here already, or nobody.

        An address that the city vouches for needs no confirming mail.
        """
        if not oidc.answers_our_question(sociallogin):
            log.warning("foreign_token_refused")
            raise ImmediateHttpResponse(render_authentication_error(request, sociallogin.provider))
        user = sociallogin.user if sociallogin.is_existing else None
        if user is not None:
            EmailAddress.objects.get_or_create(
                user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
            )


@contextmanager
def counted_try(key: str) -> Iterator[None]:
    """Around the comparison of a secret. What raises was wrong and stays counted; what passes clears the count."""
    try:
        throttle.allowed(key)
    except throttle.TooManyTries as refusal:
        raise _wait(refusal) from refusal
    try:
        yield
    except ValidationError:
        throttle.failed(key)
        raise
    throttle.succeeded(key)


def pseudonym(address: str) -> str:
    """A unique-local IPv6 address that stands for an address (IPv6: a /64) during one day."""
    day = timezone.localdate().isoformat()
    text = f"{day} {address if '.' in address else throttle.network_of(address)}".encode()
    hashed = hmac.new(settings.PORTAL_PEPPER.encode(), text, hashlib.sha256).digest()[:7]
    return str(ipaddress.IPv6Address(b"\xfd" + hashed + bytes(8)))


def _typed_address(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "").strip()


def _account_key(request: HttpRequest, credentials: dict[str, Any]) -> str:
    email = _typed_address(credentials).casefold()
    device = known_device.known_for(request, email)
    return f"device:{throttle.digest(device, email)}" if device else f"{ACCOUNT}{throttle.digest(email)}"


def _network_key(request: HttpRequest) -> str:
    return f"sign-in-net:{throttle.bucket_of(request)}"


def _everybody_key() -> str:
    return f"sign-in-all:{timezone.now():%Y%m%d%H}"


def _wait(refusal: throttle.TooManyTries) -> ValidationError:
    text = _("続けて間違えたため、%(minutes)d分ほど待ってからお試しください。")
    return ValidationError(text % {"minutes": refusal.minutes}, code="too_many_login_attempts")


def _owner_of_secret() -> int:
    """Whoever is enrolling, signing in, or named by `secrets_of`. allauth does not hand the owner over."""
    named = named_owner()
    if named is not None:
        return named
    request = context.request
    if request is not None and request.user.is_authenticated:
        return int(request.user.pk)
    stage = getattr(request, "_login_stage", None)
    if stage is None or stage.login.user is None:
        raise SuspiciousOperation("a secret without an owner")
    return int(stage.login.user.pk)
