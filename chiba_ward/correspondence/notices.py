"""Tell somebody something: the resident, an office, a colleague. Every notice stands in the portal too.

Nothing is rendered and nobody is reached here: rows are written in the caller's transaction, and the effects are
owed. So a filing needs neither a mail server nor a broker (DESIGN §2 rule 6).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from chiba_ward.casework import matters
from chiba_ward.casework.models import Matter
from chiba_ward.compartments import seats
from chiba_ward.correspondence import letters, safe_contact
from chiba_ward.correspondence.enums import DeliveryState, Medium, RecipientKind
from chiba_ward.correspondence.models import ContactCard, Delivery, Notice
from chiba_ward.correspondence.placeholders import check_context
from chiba_ward.directory.models import Office, Posting
from chiba_ward.outbox import services as outbox
from chiba_ward.outbox.models import OutboxEntry
from chiba_ward.rows.together import Together, together

MAIL = "correspondence.mail"
SILENCE = "この受付番号では、お知らせを一通も出しません。"
NOT_LEFT = (DeliveryState.QUEUED, DeliveryState.HELD, DeliveryState.TO_PRINT, DeliveryState.TO_CALL)
FIRST_STATE = {Medium.LETTER: DeliveryState.TO_PRINT, Medium.CALL: DeliveryState.TO_CALL}
Context = Mapping[str, Any]


def tell_citizen(
    matter: Matter,
    template_key: str,
    *,
    context: Context | None = None,
    office: Office,
    available_at: dt.datetime | None = None,
    card: ContactCard | None = None,
    into: Together | None = None,
) -> Notice:
    """Tell whoever brought the matter, by the medium that is wished and safe, and always in the portal.

    `office` prints, calls and looks after what fails. `context`: `promise_date` (a day) and `..._id` numbers, nothing
    else (ContextError). `available_at` holds a mail back until then, so that it can be recalled. `card` is
    the person's card where the caller has just written or read it; `into` takes the rows, to be written later.
    """
    card = card or ContactCard.objects.filter(pk=matter.pk).first()
    medium = safe_contact.best_medium(card)
    with _rows(into) as rows:
        notice = _notice(rows, matter, template_key, RecipientKind.CITIZEN, context, office=office)
        if medium != Medium.PORTAL:
            _deliver(rows, notice, medium, office, available_at)
        elif card and card.preferred != Medium.PORTAL:
            _blocked(rows, notice, card, office)
    return notice


def tell_office(
    matter: Matter,
    office: Office,
    template_key: str,
    *,
    context: Context | None = None,
    available_at: dt.datetime | None = None,
    into: Together | None = None,
) -> Notice:
    """Tell a section or an agency at its registered address, without any content. Raises ContextError.

    Of a sealed matter those of the office hear who have a seat, each at their own address, and nobody else.
    """
    with _rows(into) as rows:
        notice = _notice(rows, matter, template_key, RecipientKind.OFFICE, context, office=office)
        if matter.compartment_id is not None:
            for posting in seats.sitting(matter.compartment_id).filter(post__office=office):
                _tell_person(rows, matter, posting, template_key, context)
        elif office.notify_email:
            _deliver(rows, notice, Medium.EMAIL, office, available_at)
    return notice


def tell_posting(
    matter: Matter,
    posting: Posting,
    template_key: str,
    *,
    context: Context | None = None,
    into: Together | None = None,
) -> Notice:
    """Tell the person under a posting, at the address of the account. Raises ContextError.

    `mail` asks before it leaves whether the person has a seat, where the matter is sealed by then.
    """
    with _rows(into) as rows:
        return _tell_person(rows, matter, posting, template_key, context)


def _tell_person(
    rows: Together, matter: Matter, posting: Posting, key: str, context: Context | None
) -> Notice:
    office, person = posting.post.office, posting.person
    notice = _notice(rows, matter, key, RecipientKind.PERSON, context, office=office, person=person)
    _deliver(rows, notice, Medium.EMAIL, office)
    return notice


@contextmanager
def _rows(into: Together | None) -> Iterator[Together]:
    """A notice, its line in the portal, one more way and its effect: all of them or none."""
    if into is not None:
        yield into
        return
    with transaction.atomic(), together(None, {Notice: 1, Delivery: 2, OutboxEntry: 1}) as rows:
        yield rows


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


def withdraw_all(matter: Matter) -> None:
    """Nothing of this matter leaves any more: whatever waits is taken back. In the caller's transaction."""
    waiting = Delivery.objects.filter(notice__matter=matter, state__in=NOT_LEFT).order_by()
    for notice in Notice.objects.filter(pk__in=waiting.values("notice")).order_by("pk"):
        recall(notice)


def hand_on(matter: Matter, office: Office, heir: Office) -> None:
    """The matter goes to another section: what the first would print, ring or look after goes along, and its sight ends."""
    Notice.objects.filter(matter=matter, office=office).update(office=heir)
    Delivery.objects.filter(notice__matter=matter, office=office).update(office=heir)


def open_delivery(
    notice: Notice, medium: Medium, office: Office | None, available_at: dt.datetime | None = None
) -> Delivery:
    """One more way for one notice. The caller has asked `safe_contact`; the worker asks it again."""
    with _rows(None) as rows:
        return _deliver(rows, notice, medium, office, available_at)


def _deliver(
    rows: Together,
    notice: Notice,
    medium: Medium,
    office: Office | None,
    available_at: dt.datetime | None = None,
) -> Delivery:
    if notice.recipient_kind == RecipientKind.CITIZEN and matters.is_silent(notice.matter):
        return _silent(rows, notice, medium, office)
    held = available_at is not None and available_at > timezone.now()
    waiting = DeliveryState.HELD if held else DeliveryState.QUEUED
    state = FIRST_STATE.get(medium, waiting)
    delivery = rows.new(Delivery, notice=notice, medium=medium, state=state, office=office)
    if medium == Medium.EMAIL:
        outbox.owe_new(
            MAIL,
            {"delivery_id": delivery.pk},
            key=mail_key(delivery),
            available_at=available_at,
            matter=notice.matter,
            into=rows,
        )
    if medium == Medium.LETTER:
        rows.write()  # the letter's document is asked for with rows of its own
        letters.order(delivery)
    return delivery


def _silent(rows: Together, notice: Notice, medium: Medium, office: Office | None) -> Delivery:
    return rows.new(
        Delivery,
        notice=notice,
        medium=medium,
        state=DeliveryState.BLOCKED,
        office=office,
        reason=SILENCE,
        settled_at=timezone.now(),
    )


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


def _notice(
    rows: Together, matter: Matter, key: str, kind: RecipientKind, context: Context | None, **who: Any
) -> Notice:
    """The notice and its line in the portal."""
    notice = rows.new(
        Notice,
        matter=matter,
        template_key=key,
        recipient_kind=kind,
        context=check_context(context or {}),
        **who,
    )
    rows.new(
        Delivery,
        notice=notice,
        medium=Medium.PORTAL,
        state=DeliveryState.SHOWN,
        office=who.get("office"),
        settled_at=timezone.now(),
    )
    return notice


def _blocked(rows: Together, notice: Notice, card: ContactCard, office: Office) -> None:
    """What was wished and is not safe stays visible, with the reason."""
    reason = safe_contact.permitted(card, card.preferred).reason
    rows.new(
        Delivery,
        notice=notice,
        medium=card.preferred,
        state=DeliveryState.BLOCKED,
        office=office,
        reason=reason[:200],
        settled_at=timezone.now(),
    )


def _can_be_recalled(delivery: Delivery) -> bool:
    if delivery.medium == Medium.PORTAL:
        return delivery.state == DeliveryState.SHOWN
    if delivery.medium == Medium.EMAIL:
        return delivery.state in NOT_LEFT and outbox.cancel(mail_key(delivery))
    return delivery.state in NOT_LEFT
