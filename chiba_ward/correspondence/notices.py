"""Tell somebody something: the resident, an office, a colleague. Every notice stands in the portal too.

Nothing is rendered and nobody is reached here: rows are written in the caller's transaction, and the effects are
owed. So a filing needs neither a mail server nor a broker (DESIGN §2 rule 6).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from chiba_ward.casework.models import Matter
from chiba_ward.correspondence import letters, safe_contact
from chiba_ward.correspondence.enums import DeliveryState, Medium, RecipientKind
from chiba_ward.correspondence.models import ContactCard, Delivery, Notice
from chiba_ward.correspondence.placeholders import check_context
from chiba_ward.directory.models import Office, Posting
from chiba_ward.outbox import services as outbox

MAIL = "correspondence.mail"
NOT_LEFT = (DeliveryState.QUEUED, DeliveryState.HELD, DeliveryState.TO_PRINT, DeliveryState.TO_CALL)
FIRST_STATE = {Medium.LETTER: DeliveryState.TO_PRINT, Medium.CALL: DeliveryState.TO_CALL}
Context = Mapping[str, Any]


@transaction.atomic
def tell_citizen(
    matter: Matter,
    template_key: str,
    *,
    context: Context | None = None,
    office: Office,
    available_at: dt.datetime | None = None,
) -> Notice:
    """Tell whoever brought the matter, by the medium that is wished and safe, and always in the portal.

    `office` prints, calls and looks after what fails. `context`: `promise_date` (a day) and `..._id` numbers, nothing
    else (ContextError). `available_at` holds a mail back until then, so that it can be recalled.
    """
    notice = _notice(matter, template_key, RecipientKind.CITIZEN, context, office=office)
    card = ContactCard.objects.filter(pk=matter.pk).first()
    medium = safe_contact.best_medium(card)
    if medium != Medium.PORTAL:
        open_delivery(notice, medium, office, available_at)
    elif card and card.preferred != Medium.PORTAL:
        _blocked(notice, card, office)
    return notice


@transaction.atomic
def tell_office(
    matter: Matter,
    office: Office,
    template_key: str,
    *,
    context: Context | None = None,
    available_at: dt.datetime | None = None,
) -> Notice:
    """Tell a section or an agency at its registered address, without any content. Raises ContextError."""
    notice = _notice(matter, template_key, RecipientKind.OFFICE, context, office=office)
    if office.notify_email:
        open_delivery(notice, Medium.EMAIL, office, available_at)
    return notice


@transaction.atomic
def tell_posting(
    matter: Matter, posting: Posting, template_key: str, *, context: Context | None = None
) -> Notice:
    """Tell the person under a posting, at the address of the account. Raises ContextError."""
    office = posting.post.office
    notice = _notice(
        matter, template_key, RecipientKind.PERSON, context, office=office, person=posting.person
    )
    open_delivery(notice, Medium.EMAIL, office)
    return notice


@transaction.atomic
def recall(notice: Notice) -> list[Delivery]:
    """Take back whatever has not left; the deliveries that had already left are returned, in order."""
    left = []
    for delivery in notice.deliveries.select_for_update().order_by("id"):
        if _can_be_recalled(delivery):
            settle(delivery, DeliveryState.RECALLED, "発送の前に取り消しました")
        elif delivery.medium != Medium.PORTAL and delivery.state != DeliveryState.BLOCKED:
            left.append(delivery)
    return left


def open_delivery(
    notice: Notice, medium: Medium, office: Office | None, available_at: dt.datetime | None = None
) -> Delivery:
    """One more way for one notice. The caller has asked `safe_contact`; the worker asks it again."""
    held = available_at is not None and available_at > timezone.now()
    waiting = DeliveryState.HELD if held else DeliveryState.QUEUED
    state = FIRST_STATE.get(medium, waiting)
    delivery = Delivery.objects.create(notice=notice, medium=medium, state=state, office=office)
    if medium == Medium.EMAIL:
        outbox.owe(
            MAIL,
            {"delivery_id": delivery.pk},
            key=mail_key(delivery),
            available_at=available_at,
            matter=notice.matter,
        )
    if medium == Medium.LETTER:
        letters.order(delivery)
    return delivery


def settle(
    delivery: Delivery,
    state: DeliveryState,
    reason: str = "",
    *,
    by: Posting | None = None,
    at: dt.datetime | None = None,
) -> None:
    """Record the result of a delivery. `reason` is for staff and holds no personal data."""
    delivery.state, delivery.reason = state, reason[:200]
    delivery.settled_at, delivery.settled_by = at or timezone.now(), by
    delivery.save(update_fields=["state", "reason", "settled_at", "settled_by"])


def mail_key(delivery: Delivery) -> str:
    return f"mail:{delivery.pk}"


def address_refusal(address: str, kind: str) -> str:
    """Why a mail may not go to this address of an office; empty when it may (OU7: list of permitted domains).

    The list is the setting PORTAL_MAIL_DOMAINS; an empty one permits every registered address.
    """
    domains = tuple(getattr(settings, "PORTAL_MAIL_DOMAINS", ()))
    domain = address.rpartition("@")[2].lower()
    if kind == RecipientKind.CITIZEN or not domains or domain in domains:
        return ""
    return "この宛先のドメインは、送ってよい一覧にありません。課・機関の通知先を確かめてください。"


def _notice(matter: Matter, key: str, kind: RecipientKind, context: Context | None, **who: Any) -> Notice:
    """The notice and its line in the portal."""
    notice = Notice.objects.create(
        matter=matter, template_key=key, recipient_kind=kind, context=check_context(context or {}), **who
    )
    Delivery.objects.create(
        notice=notice,
        medium=Medium.PORTAL,
        state=DeliveryState.SHOWN,
        office=who.get("office"),
        settled_at=timezone.now(),
    )
    return notice


def _blocked(notice: Notice, card: ContactCard, office: Office) -> None:
    """What was wished and is not safe stays visible, with the reason."""
    reason = safe_contact.permitted(card, card.preferred).reason
    delivery = Delivery(notice=notice, medium=card.preferred, office=office)
    delivery.save()
    settle(delivery, DeliveryState.BLOCKED, reason)


def _can_be_recalled(delivery: Delivery) -> bool:
    if delivery.medium == Medium.PORTAL:
        return delivery.state == DeliveryState.SHOWN
    if delivery.medium == Medium.EMAIL:
        return delivery.state in NOT_LEFT and outbox.cancel(mail_key(delivery))
    return delivery.state in NOT_LEFT
