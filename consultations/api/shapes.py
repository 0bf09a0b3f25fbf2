"""Rows as JSON: the members that `answers` promises, in as few questions to the database as there are kinds of rows."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Max
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework.models import TimelineEntry
from chiba_ward.directory.models import Posting
from chiba_ward.disclosure import gate
from consultations import choices, held, lines, policy, subjects
from consultations.enums import State
from consultations.models import CitizenMessage, Consultation, Party
from consultations.services.base import HARMLESS
from consultations.views.staff.rows import suggested_level

STATES = {state.value: str(state.label) for state in State}
PARTY = ("kind", "name", "kana", "known_as", "relation", "age_band", "phone", "postal_code", "address")
CARD = (
    "preferred", "may_email", "may_call", "may_write", "name", "email", "phone", "postal_code", "address",
    "no_home_contact", "no_voicemail", "plain_sender", "forbidden", "needs_interpreter", "accommodation",
)  # fmt: skip

WHERE = frozenset({"phone", "postal_code", "address"})


def moment(at: dt.datetime | None) -> str | None:
    """In the time of Chiba, to the second."""
    return timezone.localtime(at).isoformat(timespec="seconds") if at else None


def office_ref(pk: int) -> dict[str, str]:
    code = choices.office_codes().get(pk, "")
    return {"code": code, "name": choices.office_names().get(pk, code)}


def person(posting: Posting | None) -> dict[str, Any] | None:
    return {"posting": posting.pk, "name": str(posting.person)} if posting else None


def case_rows(cases: Iterable[Consultation]) -> list[dict[str, Any]]:
    return [case_row(case) for case in cases]


def case_row(case: Any) -> dict[str, Any]:
    """A case with `field_ids`, as `for_queue` and `full` annotate it."""
    codes = choices.field_codes()
    return {
        "receipt_no": case.receipt_no,
        "is_drill": case.matter.is_drill,
        "chief_concern": subjects.WAITING if case.suspected else case.chief_concern,
        "state": case.state,
        "state_label": STATES[case.state],
        "urgency": case.urgency or None,
        "suggested_urgency": (None if case.urgency else suggested_level(case)) or None,
        "ward": choices.ward_slugs().get(case.ward_id or 0),
        "fields": [codes[pk] for pk in case.field_ids if pk in codes],
        "flags": case.flags,
        "desk_office": office_ref(case.desk_office_id),
        "owner_office": office_ref(case.owner_office_id),
        "assignee": person(case.assignee),
        "channel": case.channel,
        "received_at": moment(case.received_at),
        "due_at": moment(case.due_at) if case.is_open else None,
        "waiting_since": moment(case.waiting_since),
        "closed_at": moment(case.closed_at),
        "unread_messages": case.unread_messages,
    }


def case_answer(case: Any, actor: Actor) -> dict[str, Any]:
    """A case as `views.staff.facts.full` reads it. To a system no address of a held person is told, whoever it acts for."""
    parties = list(case.parties.all())
    who = held.of_case(case, parties)
    return {
        **case_row(case),
        "chief_concern": case.chief_concern,
        "version": version_of(case.pk),
        "body": case.body,
        "consultant_kind": case.consultant_kind,
        "relation": case.relation,
        "topic": case.topic.code if case.topic else None,
        "town": case.town.name if case.town else None,
        "language": case.language,
        "outcome": case.outcome or None,
        "outcome_note": case.outcome_note,
        "applies_intent": case.applies_intent,
        "parties": [_party(party, party.pk in who.parties) for party in parties],
        "contact": _card(case.matter.contact, who.consulter),
        "deadlines": [_deadline(row) for row in case.clock_rows],
        "files": [file_of(row) for row in case.file_rows],
        "referrals": [_referral(row) for row in case.referral_rows],
        "acts": sorted(policy.acts_open_to(actor, case)),
    }


def file_of(row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["pk"], "name": row["name"], "size": row["size"], "state": row["state"]}


def version_of(case_pk: int) -> int:
    """The newest line that makes a form stale, as `services.base.unchanged_since` sees it."""
    rows = TimelineEntry.objects.filter(matter=case_pk).exclude(kind__in=HARMLESS)
    return rows.aggregate(last=Max("pk"))["last"] or 0


def etag(version: int) -> str:
    return f'"{version}"'


def line(entry: TimelineEntry) -> dict[str, Any]:
    read = lines.line_of(entry)
    return {
        "id": entry.pk,
        "at": moment(entry.at),
        "kind": entry.kind,
        "title": read.title,
        "text": read.body,
        "who": read.who,
        "is_house": read.is_house,
    }


def news(entries: Iterable[TimelineEntry]) -> list[dict[str, Any]]:
    """What happened meanwhile, for an answer 412."""
    return [
        {name: value for name, value in line(entry).items() if name in ("at", "title", "who")}
        for entry in entries
    ]


def message(row: CitizenMessage) -> dict[str, Any]:
    return {
        "id": row.pk,
        "at": moment(row.at),
        "direction": row.direction,
        "office": row.office_name,
        "body": row.body,
        "read_at": moment(row.read_at),
    }


def _party(party: Party, is_held: bool) -> dict[str, Any]:
    return {name: _shown(party, name, is_held) for name in PARTY}


def _card(card: Any, is_held: bool) -> dict[str, Any]:
    times = {name: _clock(getattr(card, name)) for name in ("call_from", "call_until")}
    return {**{name: _shown(card, name, is_held) for name in CARD}, **times}


def _shown(row: Any, name: str, is_held: bool) -> Any:
    value = getattr(row, name)
    return gate.shown(value, held=is_held) if name in WHERE else value


def _clock(time: dt.time | None) -> str | None:
    return f"{time:%H:%M}" if time else None


def _deadline(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": row["kind"],
        "label": row["label"],
        "due_at": moment(dt.datetime.fromisoformat(row["due_at"])),
        "is_paused": row["paused_at"] is not None,
    }


def _referral(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("id", "sequence", "state")},
        "to_office": office_ref(row["office"]),
    }
