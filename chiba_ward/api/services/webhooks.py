"""連携の通知: where to, of what, and again when it did not arrive (ADR 0018)."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.api import events
from chiba_ward.api.enums import DeliveryState
from chiba_ward.api.models import WebhookDelivery, WebhookEndpoint, WebhookHost
from chiba_ward.api.services.tokens import NotPermittedError, may_permit
from chiba_ward.casework.models import TimelineEntry
from chiba_ward.directory.models import Posting
from chiba_ward.outbox.services import owe

DELIVER = "webhook.deliver"
FAN_OUT = "webhook.event"
NOT_LISTED = "このホストは、通知してよい一覧にありません。システム管理の職員に登録を頼んでください。"


def may_register(actor: Actor, posting: Posting) -> bool:
    """Whoever keeps the register of people, for any posting; a posting for itself."""
    return may_permit(actor) or (actor.posting is not None and actor.posting.pk == posting.pk)


def register(*, by: Actor, posting: Posting, name: str, url: str, wanted: Iterable[str]) -> WebhookEndpoint:
    """A new endpoint. Raises NotPermittedError and ValidationError."""
    if not may_register(by, posting):
        raise NotPermittedError("通知先を登録できるのは、その発令の人と、システム管理の職員です。")
    check_url(url)
    chosen = list(dict.fromkeys(wanted))
    if unknown := set(chosen) - set(events.labels()):
        raise ValidationError({"kinds": f"この出来事はありません：{'、'.join(sorted(unknown))}"})
    endpoint = WebhookEndpoint(posting=posting, name=name, url=url, kinds=chosen, created_by=by.posting)
    endpoint.full_clean()
    endpoint.save()
    return endpoint


def check_url(url: str) -> None:
    """https, a listed host and port, nothing that could carry a secret or a trick. Raises ValidationError."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        raise ValidationError({"url": "URLの書き方を確かめてください。"}) from None
    if parts.scheme != "https" or parts.username or parts.password or parts.query or parts.fragment:
        raise ValidationError({"url": "https:// で始まり、? # @ のないURLにしてください。"})
    if not url.isascii() or any(sign.isspace() or not sign.isprintable() for sign in url):
        raise ValidationError({"url": "URLは半角の文字だけで、空白を入れずに書いてください。"})
    if not is_listed(host, port):
        raise ValidationError({"url": NOT_LISTED})


def is_listed(host: str, port: int) -> bool:
    return WebhookHost.objects.filter(host=host.lower(), port=port).exists()


def set_active(endpoint: WebhookEndpoint, *, by: Actor, is_active: bool) -> None:
    _refuse_unless_ours(endpoint, by)
    endpoint.is_active = is_active
    endpoint.save(update_fields=["is_active"])


def change_key(endpoint: WebhookEndpoint, *, by: Actor) -> None:
    """署名鍵を替える: from the next notification on it is signed with another key."""
    _refuse_unless_ours(endpoint, by)
    endpoint.secret_version += 1
    endpoint.save(update_fields=["secret_version"])


def _refuse_unless_ours(endpoint: WebhookEndpoint, by: Actor) -> None:
    if not may_register(by, endpoint.posting):
        raise NotPermittedError("この通知先を変えられるのは、その発令の人と、システム管理の職員です。")


@transaction.atomic
def ping(endpoint: WebhookEndpoint, *, by: Actor) -> WebhookDelivery:
    """試しに送る: without any matter."""
    _refuse_unless_ours(endpoint, by)
    return _open(WebhookDelivery(endpoint=endpoint, event=events.PING))


@transaction.atomic
def send_again(delivery: WebhookDelivery, *, by: Actor) -> WebhookDelivery:
    """もう一度送る, with the same number of the notification. Raises NotPermittedError while it is on its way."""
    _refuse_unless_ours(delivery.endpoint, by)
    rows = WebhookDelivery.objects.select_related("entry__matter").select_for_update(of=("self",))
    row = rows.get(pk=delivery.pk)
    if row.state not in (DeliveryState.DEAD, DeliveryState.SKIPPED, DeliveryState.DELIVERED):
        raise NotPermittedError(
            "この通知は、いま送っているところです。結果が出てから、もう一度押してください。"
        )
    row.state, row.reason, row.rounds = DeliveryState.QUEUED, "", row.rounds + 1
    return _open(row)


def fan_out(entry_id: int) -> None:
    """One line of the timeline to every endpoint that wants its kind and may know of it. Twice is once."""
    entry = TimelineEntry.objects.select_related("matter").get(pk=entry_id)
    rows = WebhookEndpoint.objects.filter(is_active=True, kinds__contains=[entry.kind])
    for endpoint in rows.select_related("posting__post__office__ward", "posting__person").order_by("id"):
        if about_for(endpoint, entry) is None:
            continue
        if not WebhookDelivery.objects.filter(endpoint=endpoint, entry=entry).exists():
            _open(WebhookDelivery(endpoint=endpoint, event=entry.kind, entry=entry))


def about_for(endpoint: WebhookEndpoint, entry: TimelineEntry) -> events.About | None:
    """What this endpoint may be told of the line, by the rights of its posting on this day."""
    actor = actor_behind(endpoint)
    return events.about(entry, actor) if actor else None


def actor_behind(endpoint: WebhookEndpoint) -> Actor | None:
    posting = endpoint.posting
    stands = posting.person.is_active and Posting.objects.active_on().filter(pk=posting.pk).exists()
    return actor_of(posting.person, posting) if stands else None


def settle(
    delivery: WebhookDelivery, state: DeliveryState, reason: str = "", answered: int | None = None
) -> None:
    """Keep the result of a try. `reason` is for the screen and holds nothing that the other side wrote."""
    delivery.state, delivery.reason, delivery.answered = state, reason[:200], answered
    delivery.settled_at = timezone.now()
    delivery.save(update_fields=["state", "reason", "answered", "settled_at"])


def _open(delivery: WebhookDelivery) -> WebhookDelivery:
    delivery.save()
    owe(
        DELIVER,
        {"delivery_id": delivery.pk},
        key=f"webhook:{delivery.pk}:{delivery.rounds}",
        matter=delivery.entry.matter if delivery.entry else None,
    )
    return delivery
