"""Who asks: the token in the header and nothing else. A cookie is no proof here (ADR 0017)."""

import datetime as dt

import pghistory
from django.conf import settings
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from chiba_ward.access import throttle
from chiba_ward.access.actor import Actor
from chiba_ward.access.models import User
from chiba_ward.api import keys
from chiba_ward.api.models import ApiToken, TokenUse
from chiba_ward.api.problems import Problem

LONGEST_HEADER = 200
MINUTE = dt.timedelta(minutes=1)


class TokenAuthentication(BaseAuthentication):
    """Sets `request.actor` to the posting of the token, so that services, history and read log name it."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The person and the token, or None without a token. Raises Problem and TooManyTries.

        Rights are read anew on every request: a posting that ended last night opens nothing this morning.
        """
        secret = _secret_of(request)
        if secret is None:
            return None
        token = ApiToken.objects.with_standing().filter(digest=keys.digest_of(secret)).first()
        if token is None:
            _refuse_guess(request)
        assert token is not None
        _refuse_ended(token)
        throttle.spend(f"api-token:{token.pk}", most=token.per_minute, within=MINUTE)
        _note_use(token)
        _act_as(request, token)
        return token.posting.person, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def _secret_of(request: Request) -> str | None:
    header = request.META.get("HTTP_AUTHORIZATION", "")
    scheme, _, secret = header[:LONGEST_HEADER].partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        return None
    return str(secret.strip())


def _refuse_guess(request: Request) -> None:
    """Counted per network, and only for wrong ones: nobody is kept out by another's guesses."""
    key = f"api-net:{throttle.bucket_of(request._request)}"
    throttle.allowed(key, free=throttle.BUCKET_FREE_TRIES)
    throttle.failed(key)
    raise _unusable(
        "token-unknown", "トークンを確かめてください。受け取り直すときは、許可した担当に頼んでください。"
    )


def _refuse_ended(token: ApiToken) -> None:
    """The caller holds the secret, so the reason may be told."""
    person = token.posting.person
    if token.revoked_at:
        raise _unusable("token-ended", "このトークンは止められています。許可した担当に確かめてください。")
    if token.expires_on <= timezone.localdate():
        raise _unusable("token-ended", "このトークンの期限は過ぎています。新しい許可を頼んでください。")
    is_open = person.is_active and (settings.PORTAL_DEMO or not person.is_demo)
    if not is_open or not token.posting_stands:  # type: ignore[attr-defined]  # with_standing adds it
        raise _unusable(
            "token-ended", "このトークンの発令は終わっています。新しい発令で許可を頼んでください。"
        )


def _unusable(kind: str, detail: str) -> Problem:
    return Problem(
        401, detail, kind, headers={"WWW-Authenticate": 'Bearer realm="api", error="invalid_token"'}
    )


def _note_use(token: ApiToken) -> None:
    """The day of the last use, written once a day, so that what nobody uses can be stopped."""
    today = timezone.localdate()
    if token.last_used_on != today:
        TokenUse.objects.update_or_create(token=token, defaults={"last_used_on": today})


def _act_as(request: Request, token: ApiToken) -> None:
    posting = token.posting
    request._request.actor = Actor(  # type: ignore[attr-defined]  # the portal's own attribute
        user=posting.person,
        posting=posting,
        postings=(posting,),
        glasses=frozenset(),  # what a person may open in an emergency, no system may
    )
    # Joins the context that `HistoryContextMiddleware` has opened for a request that writes.
    pghistory.context(user=posting.person_id, posting=posting.pk, token=token.pk)
