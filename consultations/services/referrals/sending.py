"""送付: held for five minutes, then released by the outbox; only then does anybody outside hear of it."""

import datetime as dt

from django.conf import settings
from django.utils import timezone

from chiba_ward.access.actor import SYSTEM, Actor
from chiba_ward.casework import deadlines
from chiba_ward.casework.enums import Audience
from chiba_ward.outbox.effects import Payload, effect
from chiba_ward.outbox.services import owe
from consultations.enums import ReferralRoute, ReferralState
from consultations.models import Referral
from consultations.policy_referral import may_send
from consultations.services.base import note_first_action
from consultations.services.referrals import ending, timers
from consultations.services.referrals.links import mail_link
from consultations.services.referrals.locking import locked_referral, refuse_unless
from consultations.services.referrals.preparing import covered, preview_digest
from consultations.services.referrals.telling import record, tell
from consultations.workflow.errors import Refused

S = ReferralState
RELEASE = "referral.release"


def send(pk: int, *, by: Actor, seen: str) -> Referral:
    """送付する. `seen` is the digest of the preview that the sender confirmed. Pressing twice sends once.

    Raises `Refused` for a draft that changed since, without items, or without a ground for each item.
    """
    with locked_referral(pk, by=by) as referral:
        if referral.state in (S.HELD, S.SENT):
            return referral
        refuse_unless(may_send, by, referral)
        if seen != preview_digest(referral):
            raise Refused("確かめたあとに内容が変わりました。もう一度、内容を確かめてから送ってください。")
        items = list(referral.items.select_related("person"))
        if not items:
            raise Refused("渡す項目を一つ以上選んでください。")
        if referral.rests_on_consent and not all(covered(referral, item.item, item.person) for item in items):
            raise Refused("渡す項目のすべてに、本人の同意の記録が必要です。", "consent")
        at = timezone.now()
        referral.hold(release_at=release_time(referral, at))
        note_first_action(referral.consultation, at)
        record(referral, "referral.held", by, audience=Audience.HOUSE)
        owe(
            RELEASE,
            {"referral": referral.pk},
            key=f"{RELEASE}:{referral.pk}",
            available_at=referral.release_at,
            matter=referral.consultation.matter,
        )
    return referral


def release_time(referral: Referral, at: dt.datetime) -> dt.datetime:
    """When the time to recall ends: the row `referral.hold`, or REFERRAL_HOLD seconds where the settings say so."""
    seconds = getattr(settings, "REFERRAL_HOLD", None)
    if seconds is not None:
        return at + dt.timedelta(seconds=seconds)
    return deadlines.promise("referral.hold", referral.from_office, at=at)


@effect(RELEASE)
def release_owed(payload: Payload) -> None:
    release(int(payload["referral"]))


def release(pk: int) -> Referral:
    """The five minutes are over. Recalled meanwhile: nothing happens. Consent or case gone: it ends here."""
    with locked_referral(pk, by=SYSTEM) as referral:
        if referral.state != S.HELD:
            return referral
        case, at = referral.consultation, timezone.now()
        if not case.is_open:
            referral.recall(at=at)
            record(referral, "referral.held_back", SYSTEM, audience=Audience.HOUSE)
        elif referral.rests_on_consent and not referral.covered_by_consent():
            ending.revoke(referral, SYSTEM)
        else:
            _leave(referral, at)
    return referral


def _leave(referral: Referral, at: dt.datetime) -> None:
    referral.release(at=at)
    referral.consultation.refer()
    ending.settle(referral)
    timers.start_answer(referral, at)
    record(referral, "referral.sent", SYSTEM)
    if referral.route == ReferralRoute.LINK:
        mail_link(referral)
    elif referral.route == ReferralRoute.ACCOUNT:
        tell(referral, referral.to_office, "referral.waiting")
    else:
        tell(referral, referral.from_office, "referral.call_partner")
