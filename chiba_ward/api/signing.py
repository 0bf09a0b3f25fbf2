"""What leaves: an event without a word of the matter, signed so that the receiver knows who sent it and when."""

import hashlib
import hmac
import json
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from chiba_ward.api import keys
from chiba_ward.api.events import About
from chiba_ward.api.models import WebhookDelivery, WebhookEndpoint

WINDOW_SECONDS = 300  # how old a signature may be before a receiver should refuse it (docs/api.md)


@dataclass(frozen=True)
class Signed:
    body: bytes
    headers: dict[str, str]


def message(delivery: WebhookDelivery, about: About | None) -> bytes:
    """Event, number, time, link. The same for every try of one delivery."""
    at = delivery.entry.at if delivery.entry else delivery.created_at
    content = {
        "id": str(delivery.event_id),
        "event": delivery.event,
        "at": timezone.localtime(at).isoformat(timespec="seconds"),
        "reference": about.reference if about else None,
        "link": settings.PORTAL_BASE_URL.rstrip("/") + about.path if about else None,
        "is_drill": bool(delivery.entry and delivery.entry.matter.is_drill),
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def signed(endpoint: WebhookEndpoint, body: bytes) -> Signed:
    """HMAC-SHA256 over `timestamp.body`; the key's name lets a receiver hold two during a change."""
    timestamp = str(int(timezone.now().timestamp()))
    secret = keys.webhook_secret(endpoint.pk, endpoint.secret_version)
    return Signed(
        body,
        {
            "Content-Type": "application/json",
            "User-Agent": "chiba-ward-portal",
            "Chiba-Webhook-Timestamp": timestamp,
            "Chiba-Webhook-Key": key_name(endpoint),
            "Chiba-Webhook-Signature": f"v1={signature(secret, timestamp, body)}",
        },
    )


def key_name(endpoint: WebhookEndpoint) -> str:
    return f"{endpoint.pk}.{endpoint.secret_version}"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
