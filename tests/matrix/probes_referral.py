"""Every door of つなぎ, consents, links to partners and files."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from chiba_ward.directory.models import Office
from consultations.enums import ReferralState
from consultations.models import ConsentGrant, PartnerLink, Referral
from consultations.policy_referral import is_receiver
from consultations.services import referrals
from tests.matrix.probes import Asked, Path, Probe, collection, nothing
from tests.matrix.stages_referral import STAGES, token_of

S = ReferralState
TODAY = object()
ACCEPTED = {"accepted_by_name": "受手", "first_contact_on": dt.date(2026, 5, 1), "answered_at": timezone.now}


def one(name: str, *more: str) -> Path:
    return lambda asked: reverse(
        f"staff:{name}", args=[asked.row.consultation.receipt_no, asked.row.sequence, *more]
    )


def of_partner(name: str, *more: str) -> Path:
    return lambda asked: reverse(f"partner:{name}", args=[asked.row.pk, *more])


def state(name: str, **fields: Any) -> Callable[[Asked], object]:
    """Put the row there at once; the workflow has tests of its own."""

    def put(asked: Asked) -> None:
        values = {key: value() if callable(value) else value for key, value in fields.items()}
        Referral.objects.filter(pk=asked.row.pk).update(state=name, **values)
        asked.row.refresh_from_db()

    return put


SENT = {"sent_at": timezone.now}
waiting = state(S.ACKNOWLEDGED, **SENT)
accepted = state(S.ACCEPTED, **ACCEPTED, **SENT)
contacted = state(S.CONTACT_MADE, contact_made_at=timezone.now, **ACCEPTED, **SENT)


def asked_back(asked: Asked) -> None:
    state(S.ASKED_BACK, **SENT)(asked)
    asked.row.questions.create(asked_by="受手", question="いつですか")


def by_link(asked: Asked) -> None:
    state(S.SENT, route="link", **SENT)(asked)
    Office.objects.filter(pk=asked.row.to_office_id).update(notify_email="link@demo.example.jp")


def came_back(asked: Asked) -> None:
    state(S.RETURNED, ended_at=timezone.now, **SENT)(asked)


def items(asked: Asked) -> dict[str, Any]:
    return {"take-concern": "on", "text-concern": asked.row.consultation.chief_concern}


def on_consent(asked: Asked) -> dict[str, Any]:
    return {"basis": "consent", "consent": asked.row.consent_id or "", "basis_note": ""}


def day(field: str) -> dict[str, str]:
    """Today, as a form asks for it: era, year, month, day."""
    today = timezone.localdate()
    parts = {"era": "", "year": today.year, "month": today.month, "day": today.day}
    return {f"{field}_{part}": str(value) for part, value in parts.items()}


def consent(asked: Asked) -> dict[str, Any]:
    return {"items": ["concern"], "method": "oral", **day("obtained_on")}


def addressee(asked: Asked) -> dict[str, Any]:
    return {"to_office": asked.world.keys["office of the partner"], "purpose": "別のお願い", "route": ""}


def digest(asked: Asked) -> dict[str, Any]:
    return {"checked": "on", "seen": referrals.preview_digest(asked.row)}


ANSWERS: dict[str, tuple[Callable[[Asked], object], dict[str, Any]]] = {
    "accept": (waiting, {"accepted_by_name": "受手", "first_contact_on": TODAY}),
    "decline": (waiting, {"decline_reason": "担当ではない", "better_place": "分からない"}),
    "ask": (waiting, {"question": "いつですか", "asked_by": "受手"}),
    "contact": (accepted, {"on": TODAY, "at": ""}),
    "outcome": (contacted, {"outcome_done": "訪問", "outcome_result": "申請", "outcome_continues": "no"}),
}


def answer(path: Callable[..., Path], view: str, name: str) -> Probe:
    """One of the partner's answers; the sender says by which way it was heard."""
    prepare, fields = ANSWERS[name]

    def payload(asked: Asked) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, value in fields.items():
            values |= day(f"{name}-{key}") if value is TODAY else {f"{name}-{key}": value}
        heard = {} if is_receiver(asked.actor, asked.row) else {f"{name}-channel": "telephone"}
        return {**values, **heard}

    return Probe(path(view, name), payload, prepare)


# A つなぎ票 is of what has left the house.
PRINTABLE = [name for name in STAGES if not name.startswith("draft")]
draft_only = state(S.DRAFT, sent_at=None, release_at=None)
PROBES: dict[str, Probe] = {
    "staff:referrals_placed": Probe(collection("/admin/consultations/referrals/")),
    "staff:referrals_placed_csv": Probe(collection("/admin/consultations/referrals/placed.csv")),
    "staff:referral_inbox": Probe(collection("/admin/consultations/referrals/inbox/")),
    "partner:inbox": Probe(collection("/partner/")),
    "staff:referral_detail": Probe(one("referral_detail"), shows=False),
    "partner:referral": Probe(of_partner("referral"), shows=False),
    "staff:referral_addressee": Probe(one("referral_addressee"), addressee, draft_only),
    "staff:referral_ground": Probe(one("referral_ground"), on_consent, draft_only),
    "staff:consent_new": Probe(one("consent_new"), consent, draft_only),
    "staff:referral_consent_form": Probe(one("referral_consent_form"), nothing, draft_only),
    "staff:referral_items": Probe(one("referral_items"), items, draft_only),
    "staff:referral_preview": Probe(one("referral_preview"), None, draft_only),
    "staff:referral_discard": Probe(one("referral_discard"), nothing, draft_only),
    "staff:referral_send": Probe(one("referral_send"), digest, draft_only),
    "staff:referral_recall": Probe(one("referral_recall"), nothing, waiting),
    "staff:referral_keep": Probe(one("referral_keep"), nothing, came_back),
    "staff:referral_link": Probe(one("referral_link"), nothing, by_link),
    "staff:referral_reply": Probe(one("referral_reply"), lambda asked: {"answer": "来週です"}, asked_back),
    "staff:referral_open": Probe(one("referral_open"), nothing, state(S.SENT, **SENT)),
    "partner:open": Probe(of_partner("open"), nothing, state(S.SENT, **SENT)),
    "staff:referral_sheet": Probe(one("referral_sheet"), nothing, only=PRINTABLE),
    "partner:sheet": Probe(of_partner("sheet"), nothing, only=PRINTABLE),
    **{f"staff:referral_answer name={name}": answer(one, "referral_answer", name) for name in ANSWERS},
    **{f"partner:act name={name}": answer(of_partner, "act", name) for name in ANSWERS},
}


def of_consent(name: str) -> Path:
    return lambda asked: reverse(f"staff:{name}", args=[asked.row.consultation.receipt_no, asked.row.pk])


def in_force(asked: Asked) -> None:
    ConsentGrant.objects.filter(pk=asked.row.pk).update(withdrawn_at=None)


CONSENTS: dict[str, Probe] = {
    "staff:consent_print": Probe(of_consent("consent_print"), nothing),
    "staff:consent_withdraw": Probe(of_consent("consent_withdraw"), nothing, in_force),
    "status:consent_withdraw": Probe(
        lambda asked: reverse("status:consent_withdraw", args=[asked.row.pk]),
        nothing,
        in_force,
        refused=("status:login",),
    ),
}


def token(name: str) -> Path:
    return lambda asked: reverse(f"partner:{name}", args=[token_of(asked.world, "sent by link")])


def run_out(asked: Asked) -> None:
    PartnerLink.objects.filter(pk=asked.row.pk).update(expires_at=timezone.now() - dt.timedelta(days=1))


LINKS: dict[str, Probe] = {
    "partner:link": Probe(token("link"), shows=False),
    "partner:code": Probe(token("code"), shows=False),
    "partner:send_code": Probe(token("send_code"), nothing, is_throttled=True),
    "partner:renew": Probe(token("renew"), nothing, run_out, is_throttled=True),
}
FILES: dict[str, Probe] = {
    "casework:attachment": Probe(
        lambda asked: reverse("casework:attachment", args=[asked.row.pk]), shows=False
    )
}
