"""One notification as an outside effect: marked, sent, settled; tried again with growing pauses, at last a dead letter.

Unlike a mail it may leave twice, when a worker dies between the answer and its record: the number of the event is the
same, and a receiver that has seen it drops the second (docs/api.md).
"""

from __future__ import annotations

from chiba_ward.api import signing
from chiba_ward.api.enums import DeliveryState
from chiba_ward.api.models import WebhookDelivery
from chiba_ward.api.querysets import WebhookDeliveryQuerySet
from chiba_ward.api.services import webhooks
from chiba_ward.api.transport import NotDelivered, post
from chiba_ward.compartments import services as compartments
from chiba_ward.outbox.effects import Payload, TryLater, effect, outside_effect

OVER = (DeliveryState.DELIVERED, DeliveryState.SKIPPED)


class WebhookEffect:
    """See `OutsideEffect`."""

    def begin(self, payload: Payload) -> bool:
        """Asked again at every try: the endpoint, its host and what it may know can have ended since."""
        delivery = _locked(payload)
        if delivery.state in OVER:
            return False
        if refusal := _refusal(delivery):
            webhooks.settle(delivery, DeliveryState.SKIPPED, refusal)
            return False
        delivery.state, delivery.attempts = DeliveryState.SENDING, delivery.attempts + 1
        delivery.save(update_fields=["state", "attempts"])
        return True

    def act(self, payload: Payload) -> int:
        with compartments.here():  # closed again before the other side is spoken to
            delivery = _full().get(pk=payload["delivery_id"])
            about = webhooks.about_for(delivery.endpoint, delivery.entry) if delivery.entry else None
        signed = signing.signed(delivery.endpoint, signing.message(delivery, about))
        try:
            status = post(delivery.endpoint.url, signed.body, signed.headers)
        except NotDelivered as failure:
            raise _later(delivery, failure.reason) from failure
        if not 200 <= status < 300:
            raise _later(delivery, _in_words(status), status)
        return status

    def settle(self, payload: Payload, result: int) -> None:
        webhooks.settle(_locked(payload), DeliveryState.DELIVERED, answered=result)

    def release(self, payload: Payload) -> None:
        delivery = _locked(payload)
        if delivery.state == DeliveryState.SENDING:
            webhooks.settle(delivery, DeliveryState.FAILED, delivery.reason, delivery.answered)

    def give_up(self, payload: Payload) -> None:
        delivery = _locked(payload)
        if delivery.state not in OVER:
            webhooks.settle(delivery, DeliveryState.DEAD, delivery.reason, delivery.answered)


def _later(delivery: WebhookDelivery, reason: str, status: int | None = None) -> TryLater:
    """The reason stands on the delivery before the outbox counts the failure."""
    with compartments.here():
        WebhookDelivery.objects.filter(pk=delivery.pk).update(reason=reason, answered=status)
    return TryLater(f"webhook answered {status}" if status else "webhook not reached")


def _in_words(status: int) -> str:
    if 300 <= status < 400:
        return f"先方が転送（{status}）を返しました。転送先へは送りません。URLを直してください。"
    return f"先方が {status} を返しました。"


def _refusal(delivery: WebhookDelivery) -> str:
    endpoint = delivery.endpoint
    if not endpoint.is_active:
        return "通知先が止められています。"
    if webhooks.actor_behind(endpoint) is None:
        return "通知先の発令が終わっています。"
    if delivery.entry and webhooks.about_for(endpoint, delivery.entry) is None:
        return "この発令では、もう見られない相談です。"
    return _unlisted(endpoint.url)


def _unlisted(url: str) -> str:
    from django.core.exceptions import ValidationError

    try:
        webhooks.check_url(url)
    except ValidationError as refusal:
        return str(refusal.messages[0])
    return ""


def _full() -> WebhookDeliveryQuerySet:
    """With what a try needs."""
    return WebhookDelivery.objects.select_related(
        "endpoint__posting__post__office__ward", "endpoint__posting__person", "entry__matter"
    )


def _locked(payload: Payload) -> WebhookDelivery:
    found: WebhookDelivery = _full().select_for_update(of=("self",)).get(pk=payload["delivery_id"])
    return found


@effect(webhooks.FAN_OUT)
def fan_out(payload: Payload) -> None:
    webhooks.fan_out(int(payload["entry_id"]))


outside_effect(webhooks.DELIVER, WebhookEffect())
