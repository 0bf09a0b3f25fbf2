"""What the case screen and its print show, in as few questions to the database as the screen allows (12)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils import timezone

from chiba_ward.access import readlog
from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from chiba_ward.access.readlog import Verb
from chiba_ward.access.request import PortalRequest
from chiba_ward.access.views_support import get_permitted
from chiba_ward.casework import outside_duty
from chiba_ward.casework.calendars import calendar_of
from chiba_ward.casework.enums import AttachmentState
from chiba_ward.casework.models import Attachment, Deadline, TimelineEntry
from chiba_ward.correspondence import safe_contact
from chiba_ward.correspondence.enums import DeliveryState, Medium, RecipientKind
from chiba_ward.correspondence.models import Delivery
from chiba_ward.directory import selectors
from consultations import (
    choices,
    held,
    household,
    joint,
    lines,
    policy,
    policy_duty,
    routing,
    subjects,
    words,
)
from consultations.enums import REFERRAL_TONES, STATE_TONES, Flag, LinkKind, ReferralState, State
from consultations.models import CaseLink, Consultation, Party, Referral
from consultations.querysets import ConsultationQuerySet
from consultations.services.succession import SUCCEEDED

JOINED = (
    "matter__contact",
    "town",
    "assignee__person",
    "assignee__post",
    "entered_by__person",
)
NOTICES_SHOWN = 10
FILE_TONES = {
    AttachmentState.CLEAN: "neutral",
    AttachmentState.CHECKING: "waiting",
    AttachmentState.QUARANTINED: "overdue",
    AttachmentState.INFECTED: "overdue",
    AttachmentState.LOST: "overdue",
}


def full() -> ConsultationQuerySet:
    """The case with its fields, files, referrals, running promises and latest notices in one question; `furnished` adds
    master rows."""
    files = Attachment.objects.filter(matter=OuterRef("pk")).order_by("id")
    referrals = Referral.objects.filter(consultation=OuterRef("pk")).order_by("sequence", "pk")
    told = Delivery.objects.filter(
        notice__matter=OuterRef("pk"), notice__recipient_kind=RecipientKind.CITIZEN
    ).exclude(medium=Medium.PORTAL)
    linked = CaseLink.objects.filter(Q(earlier=OuterRef("pk")) | Q(later=OuterRef("pk")))
    promised = Deadline.objects.running().filter(matter=OuterRef("pk")).order_by("due_at", "id")
    clock = JSONObject(kind="kind", label="rule__label", due_at="due_at", paused_at="paused_at")
    notice = JSONObject(at="created_at", medium="medium", state="state", reason="reason")
    file = JSONObject(
        pk="pk", name="display_name", size="size", state="state", by="added_by", scanned="scanned_at"
    )
    referral = JSONObject(id="pk", sequence="sequence", state="state", office="to_office", name="to_name")
    return (
        Consultation.objects.select_related(*JOINED)
        .annotate(field_ids=ConsultationQuerySet._field_ids())
        .annotate(file_rows=ArraySubquery(files.values(row=file)))
        .annotate(referral_rows=ArraySubquery(referrals.values(row=referral)))
        .annotate(clock_rows=ArraySubquery(promised.values(row=clock)), is_linked=Exists(linked))
        .annotate(told_rows=ArraySubquery(told.order_by("-id").values(row=notice)[:NOTICES_SHOWN]))
    )


def furnished(case: Consultation) -> Consultation:
    """With ward, topic and desk from memory: for each table more that is joined PostgreSQL plans twice as long,
    and it planned a case screen for forty times as long as it then read."""
    case.desk_office = selectors.office(case.desk_office_id)
    if ward := next((one for one in selectors.all_wards() if one.pk == case.ward_id), None):
        case.ward = ward
    if topic := next((one for one in choices.topics() if one.pk == case.topic_id), None):
        case.topic = topic
    return case


def find(request: PortalRequest, number: str) -> Consultation:
    """The case of this number if the policy lets the actor through this door to it; 404 otherwise.

    Outside one's own duty a reason comes first.
    """
    rows = full().annotate(**joint.columns_for(request.actor))
    case = furnished(get_permitted(request, rows, matter__receipt_no=number))
    is_own_duty = policy_duty.is_own_duty(request.actor, case)
    outside_duty.require_reason(request, case.matter, is_own_duty=is_own_duty)
    return case


def seen_of(request: PortalRequest) -> int:
    """The newest line of the timeline when the form was made; a form without one has seen nothing."""
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isdigit() and len(seen) < 19 else 0


@dataclass(frozen=True)
class Clock:
    label: str
    due: Any
    text: str
    tone: str


def facts(request: PortalRequest, case: Consultation, parties: list[Party], who: held.Held) -> dict[str, Any]:
    """`parties` are the persons of the case, `who` those of them that are held."""
    now, calendar = timezone.now(), calendar_of(case.desk_office)
    contact, steps = case.matter.contact, list(case.matter.timeline.order_by("-id"))
    offices = choices.office_names()
    readlog.same_surname(household.shares_surname(request.actor, parties))
    fields = choices.field_names()
    state = State(case.state)
    return {
        "case": case,
        "state": state.label,
        "state_tone": STATE_TONES[state],
        "flags": [Flag(flag).label for flag in case.flags],
        "fields": "・".join(fields[pk] for pk in case.field_ids if pk in fields),
        "parties": parties,
        "contact": contact,
        "may_call": safe_contact.permitted(contact, Medium.CALL, now, by_hand=True),
        "held": who,
        "hides_address": hides_address(request.actor, case, who),
        "reachable": [(medium.label, safe_contact.permitted(contact, medium, now)) for medium in Medium],
        "call_window": safe_contact.call_window(contact),
        "desk": offices.get(case.desk_office_id, ""),
        "owner": owner_then(case, steps) or offices.get(case.owner_office_id, ""),
        "is_led_outside": case.owner_office_id != case.desk_office_id,
        "received_by": next((step.data.get("office", "") for step in reversed(steps)), ""),
        "elapsed": words.elapsed_in_words(case.received_at, now, calendar),
        "clocks": clocks(case, now, calendar),
        "steps": lines.lines_for(request.actor, case, steps),
        "outcome_note": case.outcome_note if policy.may_read_notes(request.actor, case) else "",
        "single_reason": case.single_reason if policy.may_read_notes(request.actor, case) else "",
        "seen": steps[0].pk if steps else 0,
        "conversation": list(case.messages.select_related("posting__person")),
        "files": _files(case) if allows(request.actor, "attachment.read") else [],
        "told": _told(case),
        "referrals": [
            (
                row["sequence"],
                ReferralState(row["state"]),
                REFERRAL_TONES[ReferralState(row["state"])],
                row["name"] or offices.get(row["office"], ""),
            )
            for row in case.referral_rows
        ],
    }


def hides_address(actor: Actor, case: Consultation, who: held.Held) -> bool:
    """Whether address and telephone of those who are held stay hidden from this reader (OU6, AC8)."""
    return bool(who) and not policy.may_read_held_contact(actor, case)


def _files(case: Any) -> list[dict[str, Any]]:
    return [
        {
            **row,
            "is_clean": row["state"] == AttachmentState.CLEAN,
            "label": _label_of_file(row),
            "tone": FILE_TONES[AttachmentState(row["state"])],
        }
        for row in case.file_rows
    ]


def _label_of_file(row: dict[str, Any]) -> str:
    """Only what is not as it should be is said: a scanned, clean file has no mark."""
    if row["state"] == AttachmentState.CLEAN:
        return "" if row["scanned"] else "ウイルス検査なし"
    return str(AttachmentState(row["state"]).label)


def owner_then(case: Consultation, steps: list[TimelineEntry]) -> str:
    """Who led an ended case, by the name of that day: 組織改正 afterwards does not change the record (C12)."""
    if case.closed_at is None:
        return ""
    later = [step for step in steps if step.kind == SUCCEEDED and step.at > case.closed_at]
    if later:  # newest first, so the last is what happened next after the end
        return str(later[-1].data.get("owner", ""))
    return case.owner_office.name_on(timezone.localdate(case.closed_at))


def clocks(case: Any, now: Any, calendar: Any) -> list[Clock]:
    """Running promises, the nearest first; one on pause says since when in words."""
    return [_clock(row, now, calendar) for row in case.clock_rows]


def _clock(row: dict[str, Any], now: Any, calendar: Any) -> Clock:
    due = dt.datetime.fromisoformat(row["due_at"])
    if row["paused_at"]:
        return Clock(row["label"], due, "時計は停止中（相談者の返事待ち）", "paused")
    text = words.due_in_words(due, now, calendar)
    soon = "waiting" if words.is_due_today(due, now) else "neutral"
    return Clock(row["label"], due, text, "overdue" if due < now else soon)


def beside(
    request: PortalRequest, case: Consultation, alike: list[Consultation], who: held.Held
) -> dict[str, Any]:
    """Other cases: those linked by a human, those that may be the same household, and where it could go.

    Beside a case in which somebody is held stands none.
    """
    shown = household.offered(alike, who)
    readlog.saw("consultation", [other.pk for other in shown], verb=Verb.LIST)
    return {
        "links": links(request, case, who),
        "household": shown,
        "routes": routing.suggestions(case, len(case.field_ids))
        if case.is_open and not case.referral_rows
        else [],
    }


def links(request: PortalRequest, case: Any, who: held.Held) -> list[tuple[str, str, str]]:
    """Linked cases that this actor may open; the others are not even counted. A household in danger shows none."""
    if not case.is_linked:
        return []
    visible = Consultation.objects.visible_to(request.actor).values("pk")
    ours = Q(earlier=case.pk, later__in=visible) | Q(later=case.pk, earlier__in=visible)
    rows = CaseLink.objects.filter(ours).select_related("earlier__matter__contact", "later__matter__contact")
    pairs = [(link, link.later if link.earlier_id == case.pk else link.earlier) for link in rows]
    is_endangered = bool(who) or household.is_marked(case)
    safe = [other for _, other in pairs if not (is_endangered or household.is_marked(other))]
    unheld = {other.pk for other in household.unheld(safe)}
    shown = [(link, other) for link, other in pairs if link.kind == LinkKind.SPLIT or other.pk in unheld]
    readlog.saw("consultation", [other.pk for _, other in shown], verb=Verb.LIST)
    return [
        (other.receipt_no, link.get_kind_display(), subjects.subject_of(other, request.actor))
        for link, other in shown
    ]


def _told(case: Consultation) -> list[dict[str, Any]]:
    """How the resident was told, and with what result; what only stands in the portal is not listed."""
    return [
        {
            "at": dt.datetime.fromisoformat(row["at"]),
            "medium": Medium(row["medium"]).label,
            "state": DeliveryState(row["state"]).label,
            "reason": row["reason"],
        }
        for row in case.told_rows
    ]
