"""What each act leaves behind: the line everybody reads, and mails that say nothing but 「見てください」."""

import datetime as dt
from typing import Any

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import timeline
from chiba_ward.casework.enums import Audience
from chiba_ward.casework.models import TimelineEntry
from chiba_ward.correspondence import notices
from chiba_ward.directory.models import Office
from chiba_ward.rows.together import Together
from consultations import duty
from consultations.enums import ReferralRoute
from consultations.models import Referral
from consultations.sentences_referral import spoken_day


def record(
    referral: Referral,
    kind: str,
    by: Actor,
    *,
    audience: Audience = Audience.CITIZEN,
    text: str = "",
    into: Together | None = None,
    **data: Any,
) -> TimelineEntry:
    """One line of the timeline. Names of offices are those of today, kept in the line itself (C12)."""
    today = timezone.localdate()
    words: dict[str, Any] = {
        "referral": referral.pk,
        **referral.to_office.words_on(today),
        **referral.from_office.words_on(today, "from_office"),
        **data,
    }
    matter = referral.consultation.matter
    return timeline.record(matter, kind, by, audience=audience, text=text, into=into, **words)


def contact_words(day: dt.date) -> dict[str, str]:
    """The promised day in the three ways of speaking that the sentences use."""
    return {
        "contact_on": spoken_day(day, "ja"),
        "contact_on_easy": spoken_day(day, "ja-easy"),
        "contact_on_en": spoken_day(day, "en"),
    }


def tell_sender(referral: Referral, key: str, into: Together | None = None) -> None:
    """The sending section, and the desk that keeps the case now when it is another."""
    for office in {referral.from_office, _desk(referral)} - {referral.to_office}:
        tell(referral, office, key, into)


def tell_receiver(referral: Referral, key: str) -> None:
    """Paper partners get no mail: the sender's 「私の仕事」 says that they must be telephoned."""
    if referral.route != ReferralRoute.PAPER:
        tell(referral, referral.to_office, key)


def tell_heads(referral: Referral, office: Office, key: str) -> None:
    """課長, or the next head above; where nobody is posted at all, the office at its registered address."""
    told, heads = duty.heads_above(office)
    for posting in heads:
        notices.tell_posting(referral.consultation.matter, posting, key, context={"referral_id": referral.pk})
    if not heads:
        tell(referral, told, key)


def tell(referral: Referral, office: Office, key: str, into: Together | None = None, **ids: int) -> None:
    """The office at its registered address; the desk of a section without one hears by whoever answers there."""
    case, context = referral.consultation, {"referral_id": referral.pk, **ids}
    people = duty.who_answers(case) if not office.notify_email and office.pk == case.desk_office_id else []
    for posting in people:
        notices.tell_posting(case.matter, posting, key, context=context, into=into)
    if not people:
        notices.tell_office(case.matter, office, key, context=context, into=into)


def _desk(referral: Referral) -> Office:
    return referral.consultation.desk_office
