"""One line of the queue with its words ready: a template formats nothing in a loop."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from chiba_ward.access.actor import Actor
from chiba_ward.casework.calendars import calendar_of
from chiba_ward.casework.opening_hours import OpeningCalendar
from chiba_ward.directory.models import Office
from chiba_ward.ui.components import status_chip
from chiba_ward.ui.pieces import Piece
from consultations import choices, subjects, words
from consultations.enums import STATE_TONES, Flag, State
from consultations.models import Consultation
from consultations.urgency import RISK

LINE = Piece("consultations/staff/queue_row.html")
LATE = "cw-queue__late"
UNDECIDED = format_html('<span class="cw-quiet">{}</span>', "未定")
NOBODY = format_html("<strong>{}</strong>", "担当なし")
CHOICE = '<td data-label="選ぶ"><input type="checkbox" name="case" value="{}:{}" aria-label="{} を選ぶ"></td>'
FLAGGED = ' <strong class="cw-small cw-queue__flags">{}</strong>'
STATES = {state.value: str(state.label) for state in State}
STAND_IN = "S-0000-0000"
Spell = Callable[[dt.datetime | None], str]
FLAGS = {flag.value: str(flag.label) for flag in Flag}


@dataclass(frozen=True)
class Row:
    """`risk_tone` is urgent only where it is; `is_raised`: a つなぎ came back and lifted the case to the top."""

    pk: int
    holder: int
    number: str
    concern: str
    risk: str
    risk_tone: str
    is_raised: bool
    state: str
    state_tone: str
    due: str
    due_tone: str
    received: str
    assignee: str
    place: str
    flags: str
    unread: int


def lines_of(rows: Iterable[Row], *, is_chosen_from: bool) -> list[SafeString]:
    """The rows of a page. Their address is looked up once: only the number differs."""
    address = reverse("staff:case", args=[STAND_IN])
    return [
        line_of(row, address.replace(STAND_IN, row.number), is_chosen_from=is_chosen_from) for row in rows
    ]


def line_of(row: Row, url: str, *, is_chosen_from: bool) -> SafeString:
    """The row of the queue as it stands in the table: state, risk and due in words, never by colour alone.

    `is_chosen_from`: with a box to tick, for whoever may sort.
    """
    risk = status_chip(row.risk, row.risk_tone) if row.risk else UNDECIDED
    return LINE(
        tone=LATE if row.due_tone == "overdue" else "",
        choice=format_html(CHOICE, row.pk, row.holder, row.number) if is_chosen_from else "",
        number=row.number,
        url=url,
        risk=format_html("{} {}", risk, status_chip("差し戻し", "returned")) if row.is_raised else risk,
        due=status_chip(row.due, row.due_tone) if row.due_tone else row.due,
        unread=format_html(" {}", status_chip("未読", "new")) if row.unread else "",
        concern=row.concern,
        place=row.place,
        flags=format_html(FLAGGED, row.flags) if row.flags else "",
        state=status_chip(row.state, row.state_tone),
        assignee=row.assignee or NOBODY,
        received=row.received,
    )


def rows_of(cases: Iterable[Consultation], office: Office, actor: Actor) -> list[Row]:
    now, calendar = timezone.now(), calendar_of(office)
    spell = spelling(now, calendar)
    return [_row(case, now, spell, actor) for case in cases]


def spelling(now: dt.datetime, calendar: OpeningCalendar) -> Spell:
    """`due_in_words`, each moment once: many cases of a list are due at the same closing hour."""
    return lru_cache(maxsize=1024)(lambda due: words.due_in_words(due, now, calendar))


def _row(case: Consultation, now: dt.datetime, spell: Spell, actor: Actor) -> Row:
    level = suggested_level(case)
    due, tone = due_of(case, now, spell)
    return Row(
        pk=case.pk,
        holder=case.assignee_id or 0,
        number=case.receipt_no,
        concern=subjects.subject_of(case, actor),
        risk=level if case.urgency else f"{level}？" if level else "",
        risk_tone="urgent" if level in ("U0", "U1") else "neutral",
        is_raised=case.is_open and case.risk_rank < RISK.get(level, 3),
        state=STATES[case.state],
        state_tone=STATE_TONES[State(case.state)],
        due=due,
        due_tone=tone,
        received=f"{timezone.localtime(case.received_at):%m/%d %H:%M}",
        assignee=str(case.assignee.person) if case.assignee else "",
        place="・".join([choices.ward_names().get(case.ward_id or 0, "区不明"), *_fields(case)]),
        flags="・".join(FLAGS[flag] for flag in case.flags),
        unread=case.unread_messages,
    )


def suggested_level(case: Consultation) -> str:
    """緊急度 a human set; before that, what the phrases suggest."""
    return case.urgency or min((hit["urgency"] for hit in case.hits), default="")


def due_of(case: Consultation, now: dt.datetime, spell: Spell) -> tuple[str, str]:
    """The words and the tone: overdue and today also differ in words, not only in colour."""
    if not case.is_open:
        return "", ""
    if case.waiting_since:
        return "返事待ち（停止中）", "paused"
    text = spell(case.due_at)
    if case.due_at and case.due_at < now:
        return text, "overdue"
    return text, "waiting" if words.is_due_today(case.due_at, now) else ""


def _fields(case: Consultation) -> list[str]:
    names = choices.field_names()
    return [names[pk] for pk in case.field_ids if pk in names]
