"""E-mail as an outside effect: marked before it leaves, settled by the server's reply, never silently repeated (F10)."""

from __future__ import annotations

import hashlib
import hmac
import re
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email

from chiba_ward.casework import matters
from chiba_ward.compartments import seats
from chiba_ward.compartments import services as compartments
from chiba_ward.correspondence import safe_contact, texts, trouble
from chiba_ward.correspondence.enums import DeliveryState, Medium, RecipientKind
from chiba_ward.correspondence.models import ContactCard, Delivery, Notice
from chiba_ward.correspondence.notices import MAIL, SILENCE, address_refusal, settle
from chiba_ward.correspondence.smtp import Sent, transmit
from chiba_ward.outbox.effects import Payload, outside_effect

SENDER = "千葉市 区役所ポータル"
PLAIN_SENDER = "ご連絡"
CRASHED = "送っている途中で処理が止まりました。届いたかどうか分かりません。"
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


class HeaderInjectionError(ValueError):
    """A line break or another control character in an address or subject: somebody tries to add headers."""


class MailEffect:
    """See `OutsideEffect`. The mark is the state SENDING."""

    def begin(self, payload: Payload) -> bool:
        delivery = _locked(payload)
        if delivery.state == DeliveryState.SENDING:
            settle(delivery, DeliveryState.MAYBE_SENT, CRASHED)
            return False
        if delivery.state not in (DeliveryState.QUEUED, DeliveryState.HELD):
            return False
        refusal = _refusal(delivery)
        if refusal:
            settle(delivery, DeliveryState.BLOCKED, refusal)
            return False
        delivery.state, delivery.message_id = DeliveryState.SENDING, message_id(delivery)
        delivery.save(update_fields=["state", "message_id"])
        return True

    def act(self, payload: Payload) -> Sent:
        try:
            with compartments.here():  # closed again before the server is spoken to
                message = compose(_found(payload))
        except HeaderInjectionError:
            return Sent(DeliveryState.FAILED, "宛先か件名に使えない文字があります。連絡先を直してください。")
        return transmit(message)

    def settle(self, payload: Payload, result: Sent) -> None:
        delivery = _locked(payload)
        settle(delivery, result.state, result.reason)
        if result.state in (DeliveryState.BOUNCED, DeliveryState.FAILED):
            trouble.fall_back(delivery)

    def release(self, payload: Payload) -> None:
        delivery = _locked(payload)
        if delivery.state == DeliveryState.SENDING:
            delivery.state = DeliveryState.QUEUED
            delivery.save(update_fields=["state"])

    def give_up(self, payload: Payload) -> None:
        delivery = _locked(payload)
        if delivery.state in (DeliveryState.QUEUED, DeliveryState.HELD, DeliveryState.SENDING):
            settle(
                delivery, DeliveryState.FAILED, "何度も送りましたが、メールサーバーが受け付けませんでした。"
            )
            trouble.fall_back(delivery)


def compose(delivery: Delivery) -> EmailMessage:
    """The mail of a delivery: one recipient, a text without content, a stable Message-ID.

    Raises HeaderInjectionError, MissingTextError and ContextError.
    """
    notice = delivery.notice
    text = texts.render(notice, Medium.EMAIL)
    plain = safe_contact.is_plain(texts.card_of(notice))
    return EmailMessage(
        subject=one_line(text.subject),
        body=text.body + "\n",
        from_email=sender(plain),
        to=[one_address(recipient(notice))],
        headers={
            "Message-ID": delivery.message_id or message_id(delivery),
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )


def recipient(notice: Notice) -> str:
    """The registered address; never one that a caller hands over (OU7). Empty when there is none."""
    if notice.recipient_kind == RecipientKind.CITIZEN:
        card = ContactCard.objects.filter(pk=notice.matter_id).first()
        return card.email if card else ""
    if notice.recipient_kind == RecipientKind.PERSON:
        return notice.person.email if notice.person and notice.person.is_active else ""
    return notice.office.notify_email if notice.office else ""


def sender(plain: bool) -> str:
    """The sender's name and address; a plain one names neither city nor office."""
    if plain:
        return formataddr((PLAIN_SENDER, safe_contact.plain_sender_address()))
    return formataddr((SENDER, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def message_id(delivery: Delivery) -> str:
    """The same for every try of one delivery, so that a receiving server can drop a second copy."""
    secret = settings.SECRET_KEY.encode()
    name = hmac.new(secret, f"mail:{delivery.pk}".encode(), hashlib.sha256).hexdigest()[:32]
    plain = safe_contact.is_plain(texts.card_of(delivery.notice))
    domain = parseaddr(sender(plain))[1].rpartition("@")[2]
    return f"<{name}@{domain}>"


def one_line(text: str) -> str:
    """Raises HeaderInjectionError."""
    if _CONTROL.search(text):
        raise HeaderInjectionError
    return text


def one_address(address: str) -> str:
    """Exactly one bare address. Raises HeaderInjectionError."""
    try:
        validate_email(one_line(address))
    except ValidationError:
        raise HeaderInjectionError from None
    return address


def _refusal(delivery: Delivery) -> str:
    """Asked again just before it leaves: the card may have changed since."""
    notice = delivery.notice
    address = recipient(notice)
    if notice.recipient_kind == RecipientKind.CITIZEN:
        if matters.is_silent(notice.matter):
            return SILENCE
        return safe_contact.permitted(texts.card_of(notice), Medium.EMAIL).reason
    if not address:
        return "宛先のメールアドレスが登録されていません。"
    return _without_seat(notice) or address_refusal(address, notice.recipient_kind)


def _without_seat(notice: Notice) -> str:
    """Of a sealed matter, also of one enclosed since the notice was written, hears who has a seat."""
    compartment = notice.matter.compartment_id
    if compartment is None:
        return ""
    if notice.person_id and seats.sitting(compartment).filter(person=notice.person_id).exists():
        return ""
    return "区画に移された案件のため、席のある職員だけに知らせます。"


def _found(payload: Payload) -> Delivery:
    rows = Delivery.objects.select_related("notice__matter", "notice__office", "notice__person")
    return rows.get(pk=payload["delivery_id"])


def _locked(payload: Payload) -> Delivery:
    rows = Delivery.objects.select_for_update(of=("self",)).select_related(
        "notice__matter", "notice__office", "notice__person"
    )
    return rows.get(pk=payload["delivery_id"])


outside_effect(MAIL, MailEffect())
