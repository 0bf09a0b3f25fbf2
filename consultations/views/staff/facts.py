"""What the case screen and its print show, in as few questions to the database as the screen allows (12)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils import timezone

from chiba_ward.access import readlog
from chiba_ward.access.policy import allows
from chiba_ward.access.readlog import Verb
from chiba_ward.access.request import PortalRequest
from chiba_ward.access.views_support import get_permitted
from chiba_ward.casework import outside_duty
from chiba_ward.casework.calendars import calendar_of
from chiba_ward.casework.enums import AttachmentState
from chiba_ward.casework.models import Attachment, TimelineEntry
from chiba_ward.correspondence import safe_contact
from chiba_ward.correspondence.enums import DeliveryState, Medium, RecipientKind
from chiba_ward.correspondence.models import Delivery
from consultations import choices, household, lines, policy, policy_duty, routing, words
from consultations.enums import REFERRAL_TONES, STATE_TONES, Flag, LinkKind, ReferralState, State
from consultations.models import CaseLink, Consultation, Party, Referral
from consultations.querysets import ConsultationQuerySet
from consultations.services.succession import SUCCEEDED

JOINED = (
    "matter__contact",
    "ward",
    "town",
    "topic",
    "desk_office",
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
    """The case with its fields, files, referrals and latest notices in one question."""
    files = Attachment.objects.filter(matter=OuterRef("pk")).order_by("id")
    referrals = Referral.objects.filter(consultation=OuterRef("pk")).order_by("sequence", "pk")
    told = Delivery.objects.filter(
        notice__matter=OuterRef("pk"), notice__recipient_kind=RecipientKind.CITIZEN
    ).exclude(medium=Medium.PORTAL)
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
        .annotate(told_rows=ArraySubquery(told.order_by("-id").values(row=notice)[:NOTICES_SHOWN]))
    )


def find(request: PortalRequest, number: str) -> Consultation:
    """The case of this number if the policy lets the actor through this door to it; 404 otherwise.

    Outside one's own duty a reason comes first.
    """
    case: Consultation = get_permitted(request, full(), matter__receipt_no=number)
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


def facts(request: PortalRequest, case: Consultation) -> dict[str, Any]:
    now, calendar = timezone.now(), calendar_of(case.desk_office)
    contact, steps = case.matter.contact, list(case.matter.timeline.order_by("-id"))
    parties, offices = list(case.parties.all()), choices.office_names()
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
        "may_call": safe_contact.permitted(contact, Medium.CALL, now),
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


def clocks(case: Consultation, now: Any, calendar: Any) -> list[Clock]:
    """Running promises, the nearest first; one on pause says since when in words."""
    return [
        _clock(deadline, now, calendar) for deadline in case.matter.deadlines.running().select_related("rule")
    ]


def _clock(deadline: Any, now: Any, calendar: Any) -> Clock:
    if deadline.paused_at:
        return Clock(deadline.rule.label, deadline.due_at, "時計は停止中（相談者の返事待ち）", "paused")
    text = words.due_in_words(deadline.due_at, now, calendar)
    soon = "waiting" if words.is_due_today(deadline.due_at, now) else "neutral"
    return Clock(deadline.rule.label, deadline.due_at, text, "overdue" if deadline.due_at < now else soon)


def beside(request: PortalRequest, case: Consultation, parties: list[Party]) -> dict[str, Any]:
    """Other cases: those linked by a human, those that may be the same household, and where it could go."""
    alike = (
        household.candidates(case, parties, request.actor) if case.is_open else Consultation.objects.none()
    )
    shown = list(alike[: household.SHOWN])
    readlog.saw("consultation", [other.pk for other in shown], verb=Verb.LIST)
    return {
        "links": links(request, case),
        "household": shown,
        "routes": routing.suggestions(case, len(case.field_ids))
        if case.is_open and not case.referral_rows
        else [],
    }


def links(request: PortalRequest, case: Consultation) -> list[tuple[str, str, str]]:
    """Linked cases that this actor may open; the others are not even counted. A household in danger shows none."""
    visible = Consultation.objects.visible_to(request.actor).values("pk")
    ours = Q(earlier=case.pk, later__in=visible) | Q(later=case.pk, earlier__in=visible)
    rows = CaseLink.objects.filter(ours).select_related("earlier__matter__contact", "later__matter__contact")
    pairs = [(link, link.later if link.earlier_id == case.pk else link.earlier) for link in rows]
    shown = [
        (link, other)
        for link, other in pairs
        if link.kind == LinkKind.SPLIT
        or not (household.is_conflicted(case) or household.is_conflicted(other))
    ]
    readlog.saw("consultation", [other.pk for _, other in shown], verb=Verb.LIST)
    return [(other.receipt_no, link.get_kind_display(), other.chief_concern) for link, other in shown]


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
