"""The call list: who may be called now, what to say, and every try as a line of its own (「1回目不在」)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.db import transaction
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import timeline
from chiba_ward.correspondence import safe_contact, texts
from chiba_ward.correspondence.enums import CallResult, DeliveryState, Medium
from chiba_ward.correspondence.models import CallAttempt, ContactCard, Delivery, NoticeTemplate

MAX_ABSENCES = 3
ABSENT = (CallResult.ABSENT, CallResult.OTHER_PERSON)
Template = Callable[[str, str], NoticeTemplate]
SCRIPT, PLAIN_SCRIPT = "call.script", "call.plain"


class CallNotPossibleError(Exception):
    """`message` is Japanese and says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Call:
    """One line of the list. `phone` is empty unless the call may be made at this moment (C4)."""

    delivery: Delivery
    card: ContactCard | None
    permission: safe_contact.Permission
    phone: str
    script: texts.Text
    tries: tuple[CallAttempt, ...]

    @property
    def may_log(self) -> bool:
        """Whether a result may be recorded: also outside the hours, for a call that was made before."""
        return bool(safe_contact.permitted(self.card, Medium.CALL))

    @property
    def window(self) -> str:
        return safe_contact.call_window(self.card) if self.card else ""


def call_list(actor: Actor, now: dt.datetime | None = None) -> list[Call]:
    """The calls that the actor's office owes: those that may be made now first, then by age."""
    rows = (
        Delivery.objects.visible_to(actor)
        .to_call()
        .with_matter()
        .select_related("notice__office")
        .prefetch_related("calls__posting__post__office")
    )
    template = cache(texts.template)  # two scripts are spoken by every call of the list
    some = list(rows.order_by("id")[:200])
    safe_contact.look_up([card for delivery in some if (card := _card(delivery))])
    calls = [_call(delivery, now or timezone.now(), template) for delivery in some]
    return sorted(calls, key=lambda call: (not call.permission.allowed, call.delivery.pk))


def script_for(
    delivery: Delivery, card: ContactCard | None, template: Template = texts.template
) -> texts.Text:
    """What to say. It asks for the person first, and a plain one does not name the city before (DOMAIN §9 R6)."""
    key = PLAIN_SCRIPT if safe_contact.is_plain(card) else SCRIPT
    row = template(key, "ja")
    filled = texts.filled(row, lambda name: texts.value(name, delivery.notice, "ja"))
    return texts.Text(texts.drill_mark(delivery.notice.matter.is_drill) + filled.subject, filled.body)


@transaction.atomic
def log_call(delivery: Delivery, actor: Actor, result: CallResult, note: str = "") -> CallAttempt:
    """Record one try. Reached: told. Wrong number, or nobody there for the third time: back to the owner's office.

    Raises CallNotPossibleError when somebody else has settled it, or the person must not be called (any more).
    """
    if actor.posting is None:
        raise CallNotPossibleError("電話の結果は、発令のある職員だけが記録できます。")
    rows = Delivery.objects.select_for_update(of=("self",)).to_call().with_matter()
    locked = rows.filter(pk=delivery.pk).first()
    if locked is None:
        raise CallNotPossibleError("この電話は、ほかの人がすでに記録しています。一覧を開き直してください。")
    allowed = safe_contact.permitted(_card(locked), Medium.CALL)
    if not allowed:
        raise CallNotPossibleError(allowed.reason)
    attempt = CallAttempt.objects.create(
        delivery=locked, posting=actor.posting, result=result, note=note[:300]
    )
    count = locked.calls.count()
    label = f"電話 {count}回目 {CallResult(result).label}"
    timeline.record(
        locked.notice.matter, "correspondence.call", actor, text=label, result=str(result), count=count
    )
    _conclude(locked, actor, result)
    return attempt


def absences(delivery: Delivery) -> int:
    return delivery.calls.filter(result__in=ABSENT).count()


def _conclude(delivery: Delivery, actor: Actor, result: CallResult) -> None:
    from chiba_ward.correspondence.notices import settle

    if result == CallResult.REACHED:
        settle(delivery, DeliveryState.CALLED, by=actor.posting)
    elif result == CallResult.WRONG_NUMBER:
        settle(delivery, DeliveryState.FAILED, "電話番号が違います。連絡先を確かめてください。")
    elif absences(delivery) >= MAX_ABSENCES:
        settle(
            delivery, DeliveryState.FAILED, f"{MAX_ABSENCES}回とも不在でした。ほかの方法を考えてください。"
        )


def _call(delivery: Delivery, now: dt.datetime, template: Template) -> Call:
    card = _card(delivery)
    permission = safe_contact.permitted(card, Medium.CALL, now)
    phone = card.phone if card and permission else ""
    script = script_for(delivery, card, template)
    return Call(delivery, card, permission, phone, script, tuple(delivery.calls.all()))


def _card(delivery: Delivery) -> ContactCard | None:
    return getattr(delivery.notice.matter, "contact", None)
