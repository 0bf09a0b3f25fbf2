"""A call to look into the portal at once, for staff who may have no seat in the matter it is about: the mail says nothing
of it and hangs on no matter. What it is about stands in their 今日の仕事."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage

from chiba_ward.correspondence.enums import DeliveryState
from chiba_ward.correspondence.smtp import Sent, transmit
from chiba_ward.directory.models import Posting
from chiba_ward.outbox import services as outbox
from chiba_ward.outbox.effects import Payload, outside_effect

KIND = "correspondence.alert"
SUBJECT = "【至急】区役所ポータルで確かめていただくことがあります"
BODY = """区役所ポータルにサインインして、「今日の仕事」のいちばん上にあるものを確かめてください。

このメールには内容を書いていません。心当たりがないときは、システム管理の担当に連絡してください。
"""

log = structlog.get_logger(__name__)


def alert(postings: Iterable[Posting], *, key: str) -> None:
    """One mail to each, owed in the caller's transaction. The same `key` again is the same alert."""
    for posting in postings:
        outbox.owe(KIND, {"posting_id": posting.pk}, key=f"alert:{key}:{posting.pk}")


class AlertEffect:
    """No mark is made before it leaves: told twice is better than not at all, and the mail says nothing."""

    def begin(self, payload: Payload) -> bool:
        return bool(_address(payload))

    def act(self, payload: Payload) -> Sent:
        return transmit(
            EmailMessage(
                subject=SUBJECT,
                body=BODY,
                from_email=settings.DEFAULT_FROM_EMAIL,
                to=[_address(payload)],
                headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
            )
        )

    def settle(self, payload: Payload, result: Any) -> None:
        if result.state != DeliveryState.SENT:
            log.warning("alert_not_sent", posting=payload["posting_id"], state=str(result.state))

    def release(self, payload: Payload) -> None:
        """Nothing was marked."""

    def give_up(self, payload: Payload) -> None:
        log.error("alert_given_up", posting=payload["posting_id"])


def _address(payload: Payload) -> str:
    """Of the account under the posting; empty where it is closed."""
    person = Posting.objects.select_related("person").get(pk=payload["posting_id"]).person
    return person.email if person.is_active else ""


outside_effect(KIND, AlertEffect())
