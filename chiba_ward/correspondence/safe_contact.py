"""The one place that says whether a person may be reached by a medium, and why not (J1, C4, ASSURANCE PR3).

Buttons, notices, the print queue, the call list and the worker just before it sends: all of them ask here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from chiba_ward.correspondence.enums import Medium
from chiba_ward.disclosure import gate
from chiba_ward.disclosure.marks import Known

if TYPE_CHECKING:
    from chiba_ward.correspondence.models import ContactCard

PUSHED = (Medium.EMAIL, Medium.LETTER, Medium.CALL)


@dataclass(frozen=True)
class Permission:
    """`reason` is Japanese and says what to do instead; it is never empty when refused."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Permission(True)


def permitted(
    card: ContactCard | None, medium: str, at: dt.datetime | None = None, *, by_hand: bool = False
) -> Permission:
    """Whether the person of this card may be reached by `medium`.

    `at` is the moment of a call: None asks in general, so that a call may wait for its window. `by_hand` is true when
    a member of staff writes this one mail deliberately: under 「家には連絡しない」 nothing leaves by itself, and the
    home is reached by nobody (C4). Of a person whom a restriction protects nothing leaves by itself either, and no
    letter at all: an envelope shows an address to whoever handles it (OU6).
    """
    if medium == Medium.PORTAL:
        return YES
    if card is None:
        return Permission(False, "連絡先が登録されていません。ポータルの画面でお知らせします。")
    if card.no_home_contact and medium in (Medium.CALL, Medium.LETTER):
        return Permission(False, "「家には連絡しない」が選ばれています。電話も郵便も使えません。")
    if card.no_home_contact and not by_hand:
        return Permission(False, "「家には連絡しない」が選ばれています。自動のお知らせは送りません。")
    allowed = _CHECKS[Medium(medium)](card, at)
    if allowed and (medium == Medium.LETTER or not by_hand) and is_held(card):
        return Permission(False, gate.ADVICE)
    return allowed


def is_held(card: ContactCard) -> bool:
    """Asked of the gate once for each card that was read, never of the row."""
    if card.held_now is None:
        remember(card, held=gate.is_held(known_of(card)))
    return bool(card.held_now)


def look_up(cards: list[ContactCard]) -> None:
    """The same for a list of cards, in one question."""
    held = gate.held_among({card.pk: [known_of(card)] for card in cards})
    for card in cards:
        remember(card, held=card.pk in held)


def ask_later(card: ContactCard) -> None:
    """A filing owes its first notice without asking: whatever leaves asks again when it leaves, with a card read anew."""
    remember(card, held=False)


def remember(card: ContactCard, *, held: bool) -> None:
    """What the gate has just said, for as long as this instance lives: one answer to a request."""
    card.held_now = held


def known_of(card: ContactCard) -> Known:
    return Known(name=card.name, phone=card.phone, address=card.address, matter=card.pk)


def best_medium(card: ContactCard | None) -> Medium:
    """The wished medium if it is permitted, otherwise the first of mail, letter, telephone; at worst the portal."""
    if card is None:
        return Medium.PORTAL
    wished = Medium(card.preferred)
    order = [wished, *PUSHED]
    return next((medium for medium in order if permitted(card, medium)), Medium.PORTAL)


def next_medium(card: ContactCard | None) -> Medium | None:
    """What to use after a mail came back: the telephone or a letter, the wished one first. None: neither."""
    if card is None:
        return None
    order = sorted((Medium.CALL, Medium.LETTER), key=lambda medium: medium != card.preferred)
    return next((medium for medium in order if permitted(card, medium)), None)


def is_plain(card: ContactCard | None) -> bool:
    """Whether nothing on the outside may show who writes: neutral sender, subject and envelope (DOMAIN §9 R6)."""
    return card is not None and (card.plain_sender or card.no_home_contact)


def plain_sender_address() -> str:
    """The neutral sender (setting PORTAL_PLAIN_MAIL_FROM); empty where the operator has none."""
    return str(getattr(settings, "PORTAL_PLAIN_MAIL_FROM", "") or "")


def call_window(card: ContactCard) -> str:
    """「18:00から21:00まで」, or the sentence that there is no limit."""
    if card.call_from is None and card.call_until is None:
        return "時間の指定はありません"
    parts = [
        f"{card.call_from:%H:%M}から" if card.call_from else "",
        f"{card.call_until:%H:%M}まで" if card.call_until else "",
    ]
    return "".join(parts)


def _mail(card: ContactCard, _: dt.datetime | None) -> Permission:
    if not card.may_email or not card.email:
        return Permission(False, "メールでの連絡は希望されていません。")
    if is_plain(card) and not plain_sender_address():
        return Permission(
            False,
            "区役所の名前を出さない差出人アドレスが設定されていません。システム管理の担当に連絡してください。",
        )
    return YES


def _letter(card: ContactCard, _: dt.datetime | None) -> Permission:
    if not card.may_write or not card.address:
        return Permission(False, "郵便での連絡は希望されていません。")
    return YES


def _call(card: ContactCard, at: dt.datetime | None) -> Permission:
    if not card.may_call or not card.phone:
        return Permission(False, "電話での連絡は希望されていません。")
    if at is not None and not _within(card, timezone.localtime(at).time()):
        return Permission(False, f"電話してよい時間は{call_window(card)}です。その時間にかけてください。")
    return YES


def _within(card: ContactCard, clock: dt.time) -> bool:
    """Half-open; a window from 22:00 to 6:00 goes over midnight."""
    start, end = card.call_from, card.call_until
    if start is not None and end is not None and start > end:
        return clock >= start or clock < end
    return (start is None or clock >= start) and (end is None or clock < end)


_CHECKS = {Medium.EMAIL: _mail, Medium.LETTER: _letter, Medium.CALL: _call}
