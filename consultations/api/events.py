"""Which lines of the timeline other systems may be told of, and who may know (ADR 0018)."""

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.api import events
from chiba_ward.api.events import About
from chiba_ward.casework.models import TimelineEntry
from consultations.models import Consultation, Referral
from consultations.querysets import ReferralQuerySet

OF_CASE = {
    "consultation.received": "相談が届いた",
    "consultation.assigned": "課に振り分けた",
    "consultation.taken": "担当が決まった",
    "consultation.urgency_set": "緊急度を決めた",
    "consultation.message_received": "相談者から連絡があった",
    "consultation.asked": "相談者に質問した",
    "consultation.replied": "相談者に回答した",
    "consultation.watching": "見守りにした",
    "consultation.working_again": "対応に戻した",
    "consultation.closed": "完了にした",
    "consultation.withdrawn": "取下げになった",
    "consultation.reopened": "再開した",
    "consultation.escalated": "上の人・課に知らせた",
    "consent.withdrawn": "つなぎの同意が撤回された",
}
OF_REFERRAL = {
    "referral.sent": "つなぎを送った・届いた",
    "referral.opened": "つなぎ先が開いた",
    "referral.question": "つなぎ先から質問があった",
    "referral.reply": "質問に答えた",
    "referral.accepted": "つなぎが受理された",
    "referral.declined": "つなぎを受理できないと返事があった",
    "referral.contact": "つなぎ先が本人に連絡できた",
    "referral.outcome": "つなぎの結果が報告された",
    "referral.late": "つなぎの返事が遅れている",
    "referral.recalled": "つなぎが取り消された",
    "referral.revoked": "同意の撤回でつなぎが終わった",
    "referral.returned": "返事がなく、つなぎが戻った",
}


def register() -> None:
    events.register(OF_CASE, about_case)
    events.register(OF_REFERRAL, about_referral)


def about_case(entry: TimelineEntry, actor: Actor) -> About | None:
    """Whoever sees the consultation now."""
    number = entry.matter.receipt_no
    if not Consultation.objects.visible_to(actor).filter(pk=entry.matter_id).exists():
        return None
    return About(number, f"/api/v1/consultations/{number}/")


def about_referral(entry: TimelineEntry, actor: Actor) -> About | None:
    """Whoever sees the つなぎ; and the receiver also of its end, as its mail says: then the link opens nothing more."""
    pk = entry.data.get("referral")
    told = Referral.objects.visible_to(actor).filter(pk=pk) | _received(actor).filter(pk=pk)
    if not told.exists():
        return None
    return About(entry.matter.receipt_no, f"/api/v1/referrals/{pk}/")


def _received(actor: Actor) -> ReferralQuerySet:
    return Referral.objects.sent().filter(rows(actor, "referral.open"))
