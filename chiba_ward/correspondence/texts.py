"""Standard texts: find the row for key and language, put the few permitted words in (OU7, PR3, DOMAIN §9 R6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from chiba_ward.casework import receipt_numbers
from chiba_ward.correspondence import placeholders
from chiba_ward.correspondence.enums import Medium, RecipientKind
from chiba_ward.correspondence.models import ContactCard, Notice, NoticeTemplate
from chiba_ward.correspondence.safe_contact import is_plain
from chiba_ward.directory.models import Office
from chiba_ward.outbox.effects import EffectError

PLAIN_KEY = "plain.notice"
FOOTER_KEY = "mail.footer"
FALLBACK = {"ja-easy": ("ja-easy", "ja"), "ja": ("ja",)}
DRILL = "【訓練】"
WEEKDAYS = "月火水木金土日"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip


@dataclass(frozen=True)
class Text:
    subject: str
    body: str


class MissingTextError(EffectError):
    """No row for the key: the initial texts were not loaded, or somebody deleted one."""


def template(key: str, language: str) -> NoticeTemplate:
    """The row of the language; a language without one gets Japanese. Raises MissingTextError."""
    order = FALLBACK.get(language, (language, "ja"))
    rows = {row.language: row for row in NoticeTemplate.objects.filter(key=key, language__in=order)}
    for code in order:
        if code in rows:
            return rows[code]
    raise MissingTextError(f"定型文 {key} がありません")


def render(notice: Notice, medium: str) -> Text:
    """What one notice says through one medium. The outside of a plain notice tells nothing of the city.

    Raises MissingTextError.
    """
    card = card_of(notice)
    hidden = is_plain(card) and medium in (Medium.EMAIL, Medium.LETTER)
    row = template(PLAIN_KEY if hidden else notice.template_key, language_of(notice, card))
    text = filled(row, lambda name: value(name, notice, row.language))
    ends = card is not None and medium == Medium.EMAIL and not hidden
    footer = "\n\n" + template(FOOTER_KEY, row.language).body if ends else ""
    return Text(drill_mark(notice.matter.is_drill) + text.subject, text.body + footer)


def filled(row: NoticeTemplate, value_of: Callable[[str], str]) -> Text:
    """The row with its words; the subject stays on one line whatever the values are."""
    names = placeholders.words_in(row.subject + row.body) & placeholders.allowed_for(row.key)
    values = {name: value_of(name) for name in names}
    subject = " ".join(placeholders.fill(row.subject, values).split())
    return Text(subject, placeholders.fill(row.body, values).strip())


def value(name: str, notice: Notice, language: str) -> str:
    """One word of one notice."""
    if name == "number":
        return notice.matter.receipt_no
    if name == "number_spoken":
        return receipt_numbers.spoken(notice.matter.receipt_no)
    if name == "promise_date":
        return promise(notice.context.get("promise_date"), language)
    if name in ("office_name", "office_phone"):
        return _of_office(name, notice.office, timezone.localtime(notice.created_at).date(), language)
    return placeholders.late(name, notice)


def promise(day: str | None, language: str) -> str:
    """「5月14日(木)」 or `Thursday 14 May 2026`; a notice without a promise says so."""
    if day is None:
        return "to be told later" if language == "en" else "改めてお知らせします"
    date = dt.date.fromisoformat(day)
    if language == "en":
        return f"{DAYS[date.weekday()]} {date.day} {MONTHS[date.month - 1]} {date.year}"
    year = f"{date.year}年" if date.year != timezone.localdate().year else ""
    return f"{year}{date.month}月{date.day}日({WEEKDAYS[date.weekday()]})"


def language_of(notice: Notice, card: ContactCard | None) -> str:
    """Staff and partners read Japanese; a resident reads the language of the card."""
    return card.language if card and notice.recipient_kind == RecipientKind.CITIZEN else "ja"


def card_of(notice: Notice) -> ContactCard | None:
    """The contact card of the resident the notice is for; None for offices and staff, or without one."""
    if notice.recipient_kind != RecipientKind.CITIZEN:
        return None
    return ContactCard.objects.filter(pk=notice.matter_id).first()


def drill_mark(is_drill: bool) -> str:
    return DRILL if is_drill else ""


def _of_office(name: str, office: Office | None, day: dt.date, language: str) -> str:
    version = office.version_on(day) if office else None
    if version is None:
        return ""
    return office.spoken_on(day, language) if office and name == "office_name" else version.telephone
