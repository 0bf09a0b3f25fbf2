"""What the case screen and its print show, in as few questions to the database as the screen allows (12)."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils import timezone

from chiba_ward.access.request import PortalRequest
from chiba_ward.access.views_support import get_visible
from chiba_ward.casework.calendars import calendar_of
from chiba_ward.casework.enums import AttachmentState
from chiba_ward.casework.models import Attachment, Deadline, TimelineEntry
from chiba_ward.correspondence import safe_contact
from chiba_ward.correspondence.enums import DeliveryState, Medium, RecipientKind
from chiba_ward.correspondence.models import Delivery
from chiba_ward.rows.prepared import Prepared
from consultations import choices, household, lines, routing, words
from consultations.enums import REFERRAL_TONES, STATE_TONES, Flag, LinkKind, ReferralState, State
from consultations.models import CaseLink, CitizenMessage, Consultation, Party, Referral
from consultations.querysets import ConsultationQuerySet

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


def full() -> ConsultationQuerySet:
    """The case with its fields, files and referrals in one question."""
    files = Attachment.objects.filter(matter=OuterRef("pk")).order_by("id")
    referrals = Referral.objects.filter(consultation=OuterRef("pk")).order_by("sequence", "pk")
    file = JSONObject(pk="pk", name="display_name", size="size", state="state", by="added_by")
    referral = JSONObject(sequence="sequence", state="state", office="to_office")
    return (
        Consultation.objects.select_related(*JOINED)
        .annotate(field_ids=ConsultationQuerySet._field_ids())
        .annotate(file_rows=ArraySubquery(files.values(row=file)))
        .annotate(referral_rows=ArraySubquery(referrals.values(row=referral)))
    )


# What every case screen asks in the same words; what the actor may see is asked before, in `find`.
CASE = Prepared(lambda pk: full().filter(pk=pk))
TIMELINE = Prepared(lambda matter: TimelineEntry.objects.filter(matter=matter).order_by("-id"))
PARTIES = Prepared(lambda case: Party.objects.filter(consultation=case).order_by("kind", "id"))
CLOCKS = Prepared(
    lambda matter: (
        Deadline.objects.running().filter(matter=matter).select_related("rule").order_by("due_at", "id")
    )
)
TALK = Prepared(
    lambda case: (
        CitizenMessage.objects.filter(consultation=case)
        .select_related("posting__person")
        .order_by("at", "id")
    )
)
TOLD = Prepared(
    lambda matter: (
        Delivery.objects.filter(notice__matter=matter, notice__recipient_kind=RecipientKind.CITIZEN)
        .exclude(medium=Medium.PORTAL)
        .order_by("-id")[:NOTICES_SHOWN]
    )
)
LINKS = Prepared(lambda case: CaseLink.objects.filter(Q(earlier=case) | Q(later=case)).order_by("id"))


def find(request: PortalRequest, number: str) -> Consultation:
    """The case of this number if the actor may see it; 404 otherwise."""
    seen = get_visible(Consultation.objects.only("pk"), request.actor, matter__receipt_no=number)
    return CASE(seen.pk)[0]


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
    contact, steps = case.matter.contact, TIMELINE(case.pk)
    parties, offices = PARTIES(case.pk), choices.office_names()
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
        "owner": offices.get(case.owner_office_id, ""),
        "is_led_outside": case.owner_office_id != case.desk_office_id,
        "received_by": next((step.data.get("office", "") for step in reversed(steps)), ""),
        "elapsed": words.elapsed_in_words(case.received_at, now, calendar),
        "clocks": clocks(case, now, calendar),
        "steps": [lines.line_of(step) for step in steps],
        "seen": steps[0].pk if steps else 0,
        "conversation": TALK(case.pk),
        "files": [
            {
                **row,
                "is_clean": row["state"] == AttachmentState.CLEAN,
                "label": AttachmentState(row["state"]).label,
            }
            for row in case.file_rows
        ],
        "told": _told(case),
        "referrals": [
            (
                row["sequence"],
                ReferralState(row["state"]),
                REFERRAL_TONES[ReferralState(row["state"])],
                offices.get(row["office"], ""),
            )
            for row in case.referral_rows
        ],
    }


def clocks(case: Consultation, now: Any, calendar: Any) -> list[Clock]:
    """Running promises, the nearest first; one on pause says since when in words."""
    return [_clock(deadline, now, calendar) for deadline in CLOCKS(case.pk)]


def _clock(deadline: Any, now: Any, calendar: Any) -> Clock:
    if deadline.paused_at:
        return Clock(deadline.rule.label, deadline.due_at, "時計は停止中（相談者の返事待ち）", "paused")
    text = words.due_in_words(deadline.due_at, now, calendar)
    soon = "waiting" if words.is_due_today(deadline.due_at, now) else "neutral"
    return Clock(deadline.rule.label, deadline.due_at, text, "overdue" if deadline.due_at < now else soon)


def beside(request: PortalRequest, case: Consultation, parties: list[Party]) -> dict[str, Any]:
    """Other cases: those linked by a human, those that may be the same household, and where it could go."""
    return {
        "links": links(request, case),
        "household": list(household.candidates(case, parties, request.actor)[: household.SHOWN])
        if case.is_open
        else [],
        "routes": routing.suggestions(case, len(case.field_ids))
        if case.is_open and not case.referral_rows
        else [],
    }


def links(request: PortalRequest, case: Consultation) -> list[tuple[str, str, str]]:
    """Linked cases that this actor may open; the others are not even counted. A household in danger shows none."""
    if not LINKS(case.pk):
        return []
    visible = Consultation.objects.visible_to(request.actor).values("pk")
    ours = Q(earlier=case.pk, later__in=visible) | Q(later=case.pk, earlier__in=visible)
    rows = CaseLink.objects.filter(ours).select_related("earlier__matter__contact", "later__matter__contact")
    pairs = [(link, link.later if link.earlier_id == case.pk else link.earlier) for link in rows]
    return [
        (other.receipt_no, link.get_kind_display(), other.chief_concern)
        for link, other in pairs
        if link.kind == LinkKind.SPLIT
        or not (household.is_conflicted(case) or household.is_conflicted(other))
    ]


def _told(case: Consultation) -> list[dict[str, Any]]:
    """How the resident was told, and with what result; what only stands in the portal is not listed."""
    return [
        {
            "at": row.created_at,
            "medium": Medium(row.medium).label,
            "state": DeliveryState(row.state).label,
            "reason": row.reason,
        }
        for row in TOLD(case.pk)
    ]
