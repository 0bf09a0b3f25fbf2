"""連携トークン: permitted by one, drawn once by another, revoked by either (ADR 0017)."""

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from chiba_ward.api import keys
from chiba_ward.api.models import LONGEST, ApiToken
from chiba_ward.casework.models import DeadlineRule
from chiba_ward.directory.models import Posting

RULE = "api.token"


class NotPermittedError(Exception):
    """`message` is Japanese and says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def may_permit(actor: Actor) -> bool:
    """Whoever keeps the register of people; what they permit, they never hold."""
    return allows(actor, "api_token.permit")


def may_see_all(actor: Actor) -> bool:
    """Keeps or audits accounts, postings, and the systems that act under them."""
    return allows(actor, "api_token.view")


def may_collect(actor: Actor, token: ApiToken) -> bool:
    """The posting itself, or the head of its office, as long as it is new and stands."""
    is_new = token.digest is None and token.revoked_at is None
    return is_new and ApiToken.objects.for_collecting(actor).in_force().filter(pk=token.pk).exists()


def may_revoke(actor: Actor, token: ApiToken) -> bool:
    if token.revoked_at:
        return False
    return may_permit(actor) or ApiToken.objects.for_collecting(actor).filter(pk=token.pk).exists()


def longest(day: dt.date) -> dt.date:
    """Until when a token may last: the row `api.token`, never more than the year of the database's own rule."""
    rule = DeadlineRule.objects.filter(kind=RULE).order_by("urgency").first()
    span = min(dt.timedelta(minutes=rule.amount), LONGEST) if rule else LONGEST
    return day + span


def permit(
    *,
    by: Actor,
    posting: Posting,
    name: str,
    scopes: Iterable[str],
    expires_on: dt.date,
    per_minute: int = 120,
) -> ApiToken:
    """Allow one token for a posting; nobody has it yet. Raises NotPermittedError and ValidationError."""
    if not may_permit(by):
        raise NotPermittedError("トークンの許可は、システム管理の職員だけができます。")
    today = timezone.localdate()
    if not Posting.objects.active_on(today).filter(pk=posting.pk).exists():
        raise ValidationError({"posting": "この発令は、きょうは有効ではありません。"})
    if expires_on > longest(today):
        raise ValidationError(
            {"expires_on": f"期限は{longest(today):%Y年%-m月%-d日}までの日にしてください。"}
        )
    token = ApiToken(
        posting=posting,
        name=name,
        scopes=list(scopes),
        permitted_on=today,
        permitted_by=by.posting,
        expires_on=expires_on,
        per_minute=per_minute,
    )
    token.full_clean()
    token.save()
    return token


@transaction.atomic
def collect(pk: int, *, by: Actor) -> str:
    """The token itself, shown this once. Raises NotPermittedError when it was drawn before or is not for `by`."""
    token = ApiToken.objects.select_for_update().get(pk=pk)
    if not may_collect(by, token):
        raise NotPermittedError(
            "このトークンは、もう受け取られたか、止められています。なくしたときは、止めてから新しい許可を頼んでください。"
        )
    secret = keys.new_token()
    token.prefix, token.digest = keys.prefix_of(secret), keys.digest_of(secret)
    token.collected_at, token.collected_by = timezone.now(), by.posting
    token.save(update_fields=["prefix", "digest", "collected_at", "collected_by"])
    return secret


@transaction.atomic
def revoke(pk: int, *, by: Actor) -> ApiToken:
    """From the next request on it opens nothing. Twice is once. Raises NotPermittedError."""
    token: ApiToken = ApiToken.objects.select_for_update().get(pk=pk)
    if token.revoked_at:
        return token
    if not may_revoke(by, token):
        raise NotPermittedError("このトークンを止められるのは、本人、課の長、システム管理の職員です。")
    token.revoked_at, token.revoked_by = timezone.now(), by.posting
    token.save(update_fields=["revoked_at", "revoked_by"])
    return token


def postings_found(words: str) -> "Iterable[Posting]":
    """Postings of today by the name of the person, the post or the office."""
    rows = Posting.objects.active_on().with_duty().order_by("post__office__code", "post__name", "id")
    for word in words.split():
        named = (
            Q(person__name__icontains=word) | Q(person__kana__icontains=word) | Q(post__name__icontains=word)
        )
        rows = rows.filter(named | Q(post__office__versions__name__icontains=word)).distinct()
    return rows
