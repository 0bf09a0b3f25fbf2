"""How a つなぎ ends without success, and how the case comes back on top of the sender's queue."""

from django.db import transaction
from django.utils import timezone
from django_fsm import can_proceed

from chiba_ward.access.actor import SYSTEM, Actor
from chiba_ward.casework import timeline
from chiba_ward.casework.enums import Audience
from chiba_ward.casework.models import Deadline
from consultations import joint, urgency
from consultations.enums import PARTNER_OPEN, ReferralState
from consultations.models import ConsentGrant, Consultation, Referral
from consultations.policy_referral import may_recall, may_redirect, may_withdraw_consent
from consultations.services.base import refresh_due
from consultations.services.referrals import timers
from consultations.services.referrals.locking import in_words, locked_referral, refuse_unless
from consultations.services.referrals.preparing import told_of
from consultations.services.referrals.telling import record, tell_receiver, tell_sender
from consultations.workflow.errors import Refused

S = ReferralState
ON_TOP = 1
WITHDRAWABLE = (S.HELD, S.SENT, S.ACKNOWLEDGED, S.ASKED_BACK, S.ACCEPTED, S.CONTACT_MADE)


def recall(pk: int, *, by: Actor, reason: str = "") -> Referral:
    """取り消し, in the five minutes or until a named person accepts. Twice is once.

    Raises `Refused` when the partner was faster.
    """
    with locked_referral(pk, by=by) as referral:
        if referral.state == S.RECALLED:
            return referral
        refuse_unless(may_recall, by, referral)
        had_left = referral.state != S.HELD
        referral.recall(at=timezone.now())
        shut(referral)
        audience = Audience.CITIZEN if had_left else Audience.HOUSE
        record(
            referral,
            "referral.recalled" if had_left else "referral.held_back",
            by,
            audience=audience,
            text=reason,
        )
        if had_left:
            tell_receiver(referral, "referral.recalled")
            bring_back(referral, on_top=False)
    return referral


def recall_all(case: Consultation, *, by: Actor) -> None:
    """取下げ of the whole matter: every つなぎ of it ends, the partners' access with it.

    Runs under the caller's lock on `case` and leaves the case's own state to the caller.
    """
    for referral in case.referrals.select_for_update(of=("self",)).filter(state__in=WITHDRAWABLE):
        referral.consultation = case
        had_left, may_still_be_recalled = referral.state != S.HELD, can_proceed(referral.recall)
        (referral.recall if may_still_be_recalled else referral.revoke)(at=timezone.now())
        shut(referral)
        _give_back_lead(referral, case)
        if had_left:
            record(referral, "referral.recalled", by, audience=Audience.HOUSE)
            tell_receiver(referral, "referral.recalled")
        referral.save()


def withdraw_consent(consent_pk: int, *, by: Actor) -> ConsentGrant:
    """同意の撤回: every つなぎ that stands on it ends in the same transaction; the partner's next request is 404.

    The person or whoever keeps the case. Raises `ConsentGrant.DoesNotExist` for a foreign consent. Twice is once.
    """
    with transaction.atomic():
        visible = Consultation.objects.visible_to(by).values("pk")
        case_pk = ConsentGrant.objects.values_list("consultation_id", flat=True).get(
            pk=consent_pk, consultation__in=visible
        )
        case = Consultation.objects.select_for_update(of=("self",)).get(pk=case_pk)
        consent: ConsentGrant = ConsentGrant.objects.select_for_update(of=("self",)).get(pk=consent_pk)
        if consent.withdrawn_at:
            return consent
        consent.consultation = case
        if not may_withdraw_consent(by, consent):
            raise Refused("同意の撤回を記録できるのは、この相談を預かっている課です。")
        consent.withdrawn_at = timezone.now()
        consent.save(update_fields=["withdrawn_at"])
        names = consent.to_office.words_on(timezone.localdate())
        timeline.record(case.matter, "consent.withdrawn", by, audience=told_of(consent), **names)
        for referral in consent.referrals.select_for_update(of=("self",)).filter(state__in=WITHDRAWABLE):
            referral.consultation, referral.consent = case, consent
            with in_words(referral):
                revoke(referral, by)
            referral.save()
        joint.consent_withdrawn(consent, by)
        refresh_due(case)
        case.save()
    return consent


def revoke(referral: Referral, by: Actor) -> None:
    """Under the caller's locks: end it, whatever it had reached."""
    had_left = referral.state != S.HELD
    referral.revoke(at=timezone.now())
    shut(referral)
    audience = Audience.CITIZEN if had_left else Audience.HOUSE
    record(referral, "referral.revoked", by, audience=audience)
    if had_left:
        tell_receiver(referral, "referral.ended")
        bring_back(referral)
    if by.posting is None or by.office_id != referral.from_office_id:
        tell_sender(referral, "referral.came_back")


def end_between_one(referral: Referral) -> None:
    """Under the caller's locks: sender and receiver have become one office, so nothing is left to be handed on."""
    (referral.recall if can_proceed(referral.recall) else referral.revoke)(at=timezone.now())
    shut(referral)
    record(referral, "referral.kept", SYSTEM)
    bring_back(referral)


def return_unanswered(pk: int) -> Referral:
    """返事がない: an expiry never ends silently (PEERS §1). Harmless when an answer came meanwhile."""
    with locked_referral(pk, by=SYSTEM) as referral:
        if can_proceed(referral.return_unanswered):
            referral.return_unanswered(at=timezone.now())
            shut(referral)
            record(referral, "referral.returned", SYSTEM)
            tell_sender(referral, "referral.came_back")
            tell_receiver(referral, "referral.ended")
            bring_back(referral)
    return referral


def keep_here(pk: int, *, by: Actor) -> Referral:
    """この課で対応する: no other place is needed; the case gets its own urgency back."""
    with locked_referral(pk, by=by) as referral:
        refuse_unless(may_redirect, by, referral)
        if (
            Deadline.objects.running()
            .filter(matter=referral.consultation.matter, kind=timers.REDIRECT)
            .exists()
        ):
            settle(referral)
            record(referral, "referral.kept", by)
    return referral


def settle(referral: Referral) -> None:
    """The next step is known: the case takes its place in the queue by its own urgency again."""
    case = referral.consultation
    timers.meet_redirects(referral)
    case.risk_rank = urgency.risk_rank(case.urgency, case.hits)


def shut(referral: Referral) -> None:
    """No clock runs and no link opens any more."""
    timers.cancel_all(referral)
    referral.links.filter(revoked_at__isnull=True).update(revoked_at=timezone.now())


def bring_back(referral: Referral, *, on_top: bool = True) -> None:
    """差し戻り: the lead returns to the sender; risk and due put the case on top of its queue (PEERS J3)."""
    case = referral.consultation
    _give_back_lead(referral, case)
    others = case.referrals.exclude(pk=referral.pk).filter(state__in=PARTNER_OPEN)
    if not others.exists() and can_proceed(case.come_back):
        case.come_back()
    if not case.is_open:
        return
    timers.start_redirect(referral)
    if on_top:
        case.risk_rank = min(case.risk_rank, ON_TOP)


def _give_back_lead(referral: Referral, case: Consultation) -> None:
    if case.owner_office_id != referral.to_office_id:
        return
    case.owner_office = referral.from_office
    if case.desk_office_id == referral.to_office_id:
        case.desk_office, case.assignee, case.owner_post = referral.from_office, None, None
