"""つなぎ as JSON. The receiver gets what its page shows: nothing of the excerpt before it is opened (AC7)."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from chiba_ward.access.actor import Actor
from consultations import held, selectors_referral
from consultations.api.shapes import moment, office_ref
from consultations.enums import ReferralState
from consultations.forms.referral import CONSENT
from consultations.models import ConsentGrant, Referral, ReferralItem, ReferralQuestion
from consultations.policy_referral import is_receiver, may_read_excerpt, may_withdraw_consent
from consultations.words_referral import deadline_title, next_for_receiver, next_for_sender

S = ReferralState
TOLD = (
    "accepted_by_name", "decline_reason", "better_place", "outcome_done", "outcome_result", "outcome_continues",
    "outcome_next",
)  # fmt: skip


def rows(actor: Actor, found: Iterable[Referral]) -> list[dict[str, Any]]:
    referrals = list(found)
    due = selectors_referral.deadlines_of(referrals) if referrals else {}
    return [row(actor, referral, due.get(referral.pk)) for referral in referrals]


def row(actor: Actor, referral: Referral, deadline: Any) -> dict[str, Any]:
    return {
        "id": referral.pk,
        "receipt_no": referral.consultation.receipt_no,
        "sequence": referral.sequence,
        "is_drill": referral.consultation.matter.is_drill,
        "state": referral.state,
        "state_label": str(S(referral.state).label),
        "is_urgent": referral.is_urgent,
        "is_received": is_receiver(actor, referral),
        "from_office": office_ref(referral.from_office_id),
        "to_office": office_ref(referral.to_office_id),
        "sent_at": moment(referral.sent_at),
        "due": _due(referral, deadline),
    }


def answer(actor: Actor, referral: Referral, acts: list[dict[str, Any]]) -> dict[str, Any]:
    received = is_receiver(actor, referral)
    opened = may_read_excerpt(actor, referral) and not (received and referral.state == S.SENT)
    return {
        **row(actor, referral, selectors_referral.deadline_of(referral)),
        "route": referral.route,
        **ground(referral),
        "basis_note": referral.basis_note,
        "next": next_for_receiver(referral) if received else next_for_sender(referral),
        "is_opened": opened,
        "purpose": referral.purpose if opened else None,
        "items": [item(one) for one in held.handed_over(referral.consultation, referral.items.all())]
        if opened
        else None,
        "questions": [_question(one) for one in referral.questions.all()] if opened else None,
        "release_at": moment(referral.release_at) if referral.state == S.HELD else None,
        **{name: getattr(referral, name) for name in TOLD},
        "first_contact_on": _day(referral.first_contact_on),
        "contact_made_at": moment(referral.contact_made_at),
        "better_office": office_ref(referral.better_office_id) if referral.better_office_id else None,
        "acts": acts,
    }


def ground(referral: Referral) -> dict[str, Any]:
    code = referral.ground.code if referral.ground else CONSENT
    return {"basis": code, "basis_text": referral.ground_words}


def item(one: ReferralItem) -> dict[str, Any]:
    return {"item": one.item, "label": one.get_item_display(), "text": one.text}


def consent(actor: Actor, row: ConsentGrant) -> dict[str, Any]:
    return {
        "id": row.pk,
        "to_office": office_ref(row.to_office_id),
        "items": row.items,
        "method": row.method,
        "obtained_on": _day(row.obtained_on),
        "valid_until": _day(row.valid_until),
        "withdrawn_at": moment(row.withdrawn_at),
        "may_withdraw": may_withdraw_consent(actor, row),
    }


def _due(referral: Referral, deadline: Any) -> dict[str, Any] | None:
    if deadline is None:
        return None
    paused = deadline.paused_at is not None
    return {
        "title": deadline_title(referral),
        "at": moment(deadline.due_at),
        "is_paused": paused,
        "is_overdue": not paused and deadline.due_at < timezone.now(),
    }


def _question(one: ReferralQuestion) -> dict[str, Any]:
    return {
        "asked_at": moment(one.asked_at),
        "asked_by": one.asked_by,
        "question": one.question,
        "answered_at": moment(one.answered_at),
        "answer": one.answer,
    }


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
